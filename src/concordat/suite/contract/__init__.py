"""Contract tests: `pytest --pyargs concordat.suite.contract` tests a target against its contracts with schemathesis."""
