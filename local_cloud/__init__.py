"""Runs the unmodified program against an embedded AWS and starts the application as its definitions say."""
