"""The project's tests: `python -m tests` runs those that need no Pulumi CLI, Docker, browser or AWS."""
