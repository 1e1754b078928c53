"""The programs under examples/, without an engine."""
