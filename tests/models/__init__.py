"""Tests of the committed models and of the helper that publishes them."""
