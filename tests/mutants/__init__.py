"""Breaks the code in named places; each breakage must turn the tests red."""
