"""Where bytes come from: S3, Secrets Manager and files. The only room that knows botocore."""
