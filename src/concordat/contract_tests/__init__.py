"""Contract tests that schemathesis generates, for the sandbox or a live endpoint; `suite/contract` collects them."""
