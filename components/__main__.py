"""The plugin's entry: serves the components to the Pulumi engine, for programs in any language.

The CLI runs `python <this folder> <engine address>`, which puts this folder itself on the import path: there
its modules would have no package, and could hide standard ones. The folder above is put in its place, and the
package imported under whichever name it has there (components in a clone, spot_inference when installed).
"""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).absolute().parent

# The name before the package's own in generated SDKs (@spot-inference/spot-inference for TypeScript); without
# one the CLI would claim Pulumi's.
NAMESPACE = "spot-inference"


def main() -> None:
    """Serves until the engine ends it."""
    sys.path[0] = str(HERE.parent)
    package = importlib.import_module(HERE.name)
    children = importlib.import_module(f"{HERE.name}.base.children")
    host = importlib.import_module(f"{HERE.name}.base.provider")

    from pulumi import ComponentResource
    from pulumi.provider import main as serve

    public = [getattr(package, name) for name in package.__all__]
    components = [
        thing for thing in public if isinstance(thing, type) and issubclass(thing, ComponentResource)
    ]
    provider = host.Provider(components, children.PACKAGE, NAMESPACE, package.__version__)
    serve(provider, sys.argv[1:])


if __name__ == "__main__":
    main()
