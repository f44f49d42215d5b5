"""What is installed is what was locked, what is known against it is told, and it is all listed."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from layers import audit, sbom
from layers.dependencies import GROUPS, install, requirements

PACKAGES = {group: requirements(group) for group in GROUPS}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def names(pinned: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE))


@pytest.mark.parametrize("group", GROUPS)
def test_every_package_of_a_layer_has_its_hashes(group: str) -> None:
    for one in re.split(r"\n(?=\S)", PACKAGES[group].strip()):
        assert HASH.search(one), one


def test_a_package_that_is_not_what_was_locked_is_not_installed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    [package] = re.findall(r"(?m)^jmespath==(?:.|\n(?= ))+", PACKAGES["base"])
    tampered = HASH.sub(f"--hash=sha256:{'0' * 64}", package)
    with pytest.raises(subprocess.CalledProcessError):
        install(tampered, tmp_path / "layer", None)
    assert "Hash mismatch for `jmespath==" in capfd.readouterr().err
    assert not (tmp_path / "layer").exists()


class Osv:
    """The vulnerability service behind a socket, which knows what a test tells it."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.known: dict[str, list[dict[str, Any]]] = {}
        osv = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                answer = json.dumps(osv.answer(json.loads(raw))).encode()
                self.send_response_only(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/query"

    def answer(self, query: Mapping[str, Any]) -> dict[str, Any]:
        name = query["package"]["name"]
        self.asked[name] = query["version"]
        return {"vulns": self.known.get(name, [])}

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@pytest.fixture
def osv(monkeypatch: pytest.MonkeyPatch) -> Iterator[Osv]:
    service = Osv()
    monkeypatch.setenv("OSV_URL", service.url)
    with service.running():
        yield service


def test_an_audit_asks_about_everything_that_is_locked(
    osv: Osv, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main([]) == 0
    shipped = set().union(*(names(pinned) for pinned in PACKAGES.values()))
    assert osv.asked.keys() >= shipped | {"aws-cdk-lib", "pip-audit"}
    assert "0 known vulnerabilities" in capsys.readouterr().out


def test_an_audit_tells_what_is_known_and_which_version_is_good(
    osv: Osv, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [{"introduced": "0"}, {"fixed": "99.0"}]
    affected = {
        "package": {"name": "jmespath", "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    osv.known["jmespath"] = [{"id": "PYSEC-2026-1", "affected": [affected]}]
    assert audit.main([]) == 1
    assert re.search(r"jmespath \S+: PYSEC-2026-1, fixed in 99\.0", capsys.readouterr().out)
    assert audit.main(["--ignore-vuln", "PYSEC-2026-1"]) == 0


def test_an_audit_that_could_ask_nobody_does_not_say_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OSV_URL", "http://127.0.0.1:9/v1/query")
    assert audit.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Could not look, nothing is known either way: ")
    assert "Traceback" not in said.err


def test_the_bill_of_materials_lists_what_functions_carry(tmp_path: Path) -> None:
    sbom.main(tmp_path / "sbom.json")
    document = json.loads((tmp_path / "sbom.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    listed = {one["name"]: one for one in document["components"]}
    assert listed.keys() == set().union(*(names(pinned) for pinned in PACKAGES.values()))
    for one in listed.values():
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert all(file["hashes"] for file in one["externalReferences"])
