"""The contract's limits, each with its number once."""

MAX_JSON_BYTES = 1024 * 1024
MAX_TENSOR_BYTES = 4 * 1024 * 1024  # an inference request of tensors as bytes, inflated, its JSON included
MAX_ROWS = 10_000
MAX_IMAGE_BYTES = 4 * 1024 * 1024
# Pixels of an image before it is resized (4096 by 4096): a photograph has 12 million. Decoded, the largest
# takes 64 MiB, and one is decoded at a time.
MAX_PIXELS = 2**24
# The largest body of any route (an image and the form around it); what a host may read before it knows who
# is asking. A balancer's events to Lambda are limited to 1 MB by AWS.
MAX_BODY_BYTES = MAX_IMAGE_BYTES + 16 * 1024
MAX_SHOWN = 60  # characters of a client's value that an error repeats
SMALL_IMAGE = 2**16  # pixels, which unfold in a fraction of a millisecond
