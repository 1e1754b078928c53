"""Type tokens, parents and child names, which stand in every stack's state: kept in identity.json.

A changed one makes Pulumi replace what people use, unless the old name is given as an alias.

python -m tests.contract.identity            says whether the committed file is what the components make
python -m tests.contract.identity --write    writes it
"""

import json
import sys
from pathlib import Path

from tests.contract.samples import SAMPLES, children, made

COMMITTED = Path(__file__).with_name("identity.json")


def text() -> str:
    """By sample the component's type, and below it the path of types and the name of each of its children."""
    found = {
        str(sample): {
            "type": made(sample).type,
            "children": sorted(f"{child.urn.split('::')[2]} {child.name}" for child in children(sample)),
        }
        for sample in SAMPLES
    }
    return json.dumps(found, indent=2, sort_keys=True) + "\n"


def main(options: list[str]) -> int:
    """Writes or compares the committed file; 1 where it differs."""
    if "--write" in options:
        COMMITTED.write_text(text(), encoding="utf-8")
        return 0
    same = COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == text()
    print(f"{COMMITTED.name}: {'as the components are' if same else 'differs from what the components make'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
