"""Contract tests: `pytest --pyargs concordat.suite.contract` holds a target to its contracts with schemathesis."""
