"""The models that are served: a folder each, holding the script that trains it, the artifact, the manifest, a card."""
