"""What every component needs: checked arguments, IAM documents, tags, the application's contract."""
