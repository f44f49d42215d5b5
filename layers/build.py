"""Build the assets that the CDK app deploys, without Docker: `python -m layers.build`.

build/functions/<service>/<service>   what Lambda sees as /var/task
build/layers/<layer>/python           what Lambda sees as /opt/python
"""

import argparse
import time
from pathlib import Path

from layers.bytecode import compile_beside
from layers.dependencies import ROOT, build_dependencies

BUILD = ROOT / "build"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m layers.build")
    parser.add_argument("--code-only", action="store_true", help="leave out third-party layers")
    started = time.monotonic()
    if parser.parse_args().code_only:
        stage_code()
    else:
        build()
    print(f"Built {BUILD.name}/ in {time.monotonic() - started:.1f} s")


def build() -> None:
    """Bring every asset up to date; third-party layers only when the lock or the recipe changed."""
    for group in build_dependencies(BUILD / "layers"):
        print(f"Built layer {group} from uv.lock")
    stage_code()


def stage_code(destination: Path = BUILD) -> None:
    """Bring the project's own code up to date: takes no network, no uv and well below a second."""
    for service in services():
        asset = destination / "functions" / service
        mirror(ROOT / "functions" / service, asset / service)
        compile_beside(asset, "/var/task")
    layer = destination / "layers" / "ticketing" / "python"
    mirror(ROOT / "layers" / "ticketing" / "python", layer)
    compile_beside(layer, "/opt/python")


def services() -> list[str]:
    """The folders of functions/ that hold Python."""
    return sorted({path.parent.name for path in (ROOT / "functions").glob("*/*.py")})


def mirror(source: Path, copy: Path) -> None:
    """Make `copy` hold the files of `source`, touching only what differs; without bytecode."""
    wanted = {path.relative_to(source) for path in source.rglob("*") if is_content(path)}
    for path in [path for path in copy.rglob("*") if path.is_file()]:
        relative = path.relative_to(copy)
        origin = relative.parent.parent / f"{path.name.split('.')[0]}.py"
        if relative not in wanted and (path.suffix != ".pyc" or origin not in wanted):
            path.unlink()
    for relative in sorted(wanted):
        target = copy / relative
        content = (source / relative).read_bytes()
        if not (target.exists() and target.read_bytes() == content):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def is_content(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


if __name__ == "__main__":
    main()
