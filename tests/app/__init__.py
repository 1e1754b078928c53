"""The application: its rules one by one, its two doors side by side, and its real parts."""
