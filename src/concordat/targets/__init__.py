"""Where cases run: the embedded sandbox, or a live endpoint."""
