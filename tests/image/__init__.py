"""The image as it ships: built by a real engine, run as Fargate and as Lambda would, asked, drained, pushed.

`python -m tests.image` is `make image-test`; the modules named test_* need no engine and run with the rest.
"""
