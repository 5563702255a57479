"""Semantic checks: answers of valid form that contradict each other, found by generated reads."""
