"""The page and /docs in a real headless Chromium: `make page-test`."""
