"""Exports bands anew from their own archives, so that they play by today's code: no training.

`python -m tools.refresh_bands NAME ...` writes each over itself; `--plan-of OTHER` gives it the
planner of chords of another band (`--plan-licence TEXT`: of what that learnt from), and `--out
FOLDER` leaves the archive as it is.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from models.artifact.catalogue import SUFFIX, find
from models.artifact.manifest import Manifest
from models.artifact.torchscript import load, save
from models.networks.band.restore import restored


def refresh(name: str, out: Path | None, plan_of: str | None, plan_licence: str) -> None:
    """Export one band anew from its archive."""
    path = find(name).path
    band = load(path)
    manifest = band.manifest
    plan = None
    if plan_of:
        planner = load(find(plan_of).path)
        plan = planner.tensors()
        manifest = with_plan(manifest, planner.manifest, plan_licence)
    module = restored(band.tensors(), manifest.tracks, manifest.training["options"], plan)
    target = out / f"{name}{SUFFIX}" if out else path
    save(module, manifest, target)
    sys.stdout.write(f"{target}\n")


def with_plan(manifest: Manifest, planner: Manifest, plan_licence: str) -> Manifest:
    """Say in a manifest whose plan it has; what its own plan was judged at holds no more."""
    licence = f"bars: {manifest.licence}; plan: {plan_licence or planner.licence}"
    training = {
        **manifest.training,
        "licence": licence,
        "plan": f"that of {planner.name}: {planner.training['command']}",
    }
    kept = {n: v for n, v in manifest.evaluation.items() if n == "valid_match"}
    return replace(manifest, training=training, licence=licence, evaluation=kept)


def main() -> None:
    """Export the bands that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--plan-of")
    parser.add_argument("--plan-licence", default="")
    asked = parser.parse_args()
    for name in asked.names:
        refresh(name, asked.out, asked.plan_of, asked.plan_licence)


if __name__ == "__main__":
    main()
