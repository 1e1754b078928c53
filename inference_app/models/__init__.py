"""A model as it is published (manifest, artifact) and as it is served (LoadedModel, ModelStore)."""
