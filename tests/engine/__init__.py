"""`make engine`: the whole life of the program under the real Pulumi CLI; see docs/engine.md."""
