"""What the tests of the application stand on: tiny models, both doors, real processes."""
