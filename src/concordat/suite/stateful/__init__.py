"""The stateful model: `pytest --pyargs concordat.suite.stateful` runs a client through generated sequences of calls."""
