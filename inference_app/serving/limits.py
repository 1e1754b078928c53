"""The contract's limits, each with its number once."""

MAX_JSON_BYTES = 1024 * 1024
MAX_ROWS = 10_000
# The largest body of any route (an image of 4 MiB and the form around it); what a host may read before it
# knows who
# is asking. A balancer's events to Lambda are limited to 1 MB by AWS.
MAX_BODY_BYTES = 4 * 1024 * 1024 + 16 * 1024
MAX_SHOWN = 60  # characters of a client's value that an error repeats
