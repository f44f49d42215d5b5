"""What the layers are made of, as a CycloneDX document: `python -m layers.sbom`.

It is made from uv.lock alone and needs no network.
"""

from pathlib import Path

from layers.dependencies import GROUPS, PRUNED, ROOT, uv

SBOM = ROOT / "build" / "sbom.json"


def main(destination: Path = SBOM) -> None:
    """Write it: every package that a function carries, with hashes and what it depends on."""
    groups = [f"--group={group}" for group in GROUPS[1:]]
    pruned = [f"--prune={package}" for package in PRUNED]
    form = ["--format=cyclonedx1.5", "--preview-features=sbom-export"]
    document = uv("export", "--locked", "--no-default-groups", *groups, *pruned, *form)
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.write_text(document)
    print(f"Wrote {destination.relative_to(Path.cwd(), walk_up=True)}")


if __name__ == "__main__":
    main()
