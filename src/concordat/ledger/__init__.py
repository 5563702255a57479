"""Known failures: their model, the matcher that applies them to checks, and the recorder that suggests entries."""
