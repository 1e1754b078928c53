"""Load and cost benchmarks: none of them is a test, each prints a table."""
