"""The pytest suite: `pytest --pyargs concordat.suite --client NAME`."""
