"""Other people's clients of the Open Inference Protocol, unchanged, against this service.

Imports nothing: its modules run in the clients' environments, too.
"""
