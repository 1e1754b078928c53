"""The models that are served: a folder each, with the script that trains it, artifact, manifest and card."""
