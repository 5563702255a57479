"""The stateful model: `pytest --pyargs concordat.suite.stateful` drives a client through unforeseen sequences."""
