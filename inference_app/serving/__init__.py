"""The logic of every route on plain bytes: no HTTP framework, no I/O, no AWS."""
