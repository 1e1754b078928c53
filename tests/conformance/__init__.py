"""One conformance suite: a table of requests with the answers that the contract promises, for every door.

`python -m tests.conformance --url … --user …` asks a deployed service; test_doors.py asks this checkout's
application through each of its doors and compares them. The command needs the standard library only.
"""
