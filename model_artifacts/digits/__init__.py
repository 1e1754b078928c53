"""The model digits: an image of a handwritten digit in, the digit out; see card.md."""
