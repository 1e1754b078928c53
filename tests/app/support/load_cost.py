"""What it costs to have a model: `python -m tests.app.support.load_cost [folder]`, best of five processes.

Milliseconds of processor time for import and load (the interpreter's own start is not in them) and the
process's largest size, once with the prepared form and once without. The folder is a published model's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CODE = """
import sys, time
started = time.process_time()
import resource
from pathlib import Path
from inference_app.models.loader import load
from inference_app.settings import Release
from inference_app.sources.files import Files
import hashlib, json
folder = Path(sys.argv[1])
content = (folder / "manifest.json").read_bytes()
told = json.loads(content)
digest = hashlib.sha256(content).hexdigest()
release = Release(told["name"], str(folder), told["version"], told["sha256"], digest)
model = load(release, Files(), sys.argv[2] == "1")
milliseconds = 1000 * (time.process_time() - started)
size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(milliseconds, size, type(model.estimator).__name__, "sklearn" in sys.modules)
"""


def main() -> None:
    """Prints one line for each way."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "model_artifacts/flight_delay"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the image's modules are compiled
    environment["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir(), "load-cost-compiled"))
    for switch in ("0", "1"):
        runs = []
        for _ in range(5):
            done = subprocess.run(
                [sys.executable, "-c", CODE, folder, switch],
                capture_output=True,
                text=True,
                check=True,
                env=environment,
                cwd=Path(__file__).parents[3],
            )
            milliseconds, size, kind, imported = done.stdout.split()
            runs.append((float(milliseconds), float(size), kind, imported))
        best = min(runs)
        print(
            f"PREPARED={switch}: {best[0]:.0f} ms, {min(run[1] for run in runs):.0f} MB, "
            f"{best[2]}, scikit-learn imported: {best[3]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
