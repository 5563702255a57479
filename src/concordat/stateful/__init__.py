"""The stateful model: clients through generated sequences of calls. `suite/stateful` is its pytest path."""
