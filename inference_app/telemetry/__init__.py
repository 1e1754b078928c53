"""What the application says about itself: log lines and metrics."""
