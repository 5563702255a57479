"""The stateful model: generated sequences of calls, compared with a model. `suite/stateful` is its pytest path."""
