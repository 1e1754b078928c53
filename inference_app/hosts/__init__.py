"""What runs the application: processes and waitress in a task, the Lambda runtime client in a function."""
