"""The site is built without a warning, names everything that is public, and fetches nothing when it is read."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.seconds

pytest.importorskip("mkdocs", reason="needs the extra docs")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site that was built with warnings as errors: dead links and anchors, pages out of navigation."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_reference_has_every_public_name(site: Path) -> None:
    page = (site / "reference/python.html").read_text(encoding="utf-8")
    for stub in (ROOT / "ner_lab").rglob("__init__.pyi"):
        room = ".".join(stub.parent.relative_to(ROOT).parts)
        for name in re.findall(r" import (\w+) as \1$", stub.read_text(encoding="utf-8"), re.MULTILINE):
            is_room = (stub.parent / name).is_dir() or (room == "ner_lab" and name == "callbacks")
            assert is_room or f'id="{room}.{name}"' in page, f"{room}.{name}"


def test_the_reference_has_every_line_of_every_config(site: Path) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", (site / "reference/conf.html").read_text(encoding="utf-8")))
    for file in (ROOT / "conf").rglob("*.yaml"):
        if "hydra" not in file.parts:
            for line in file.read_text(encoding="utf-8").splitlines():
                assert line.strip() in page, f"{file}: {line}"


def test_pages_fetch_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|iframe)[^>]*src="(https?:[^"]*)"', text)
        fetched += re.findall(r'<link[^>]*rel="(?:stylesheet|preconnect|icon)"[^>]*href="(https?:[^"]*)"', text)
        assert not fetched, f"{page}: {fetched}"


def test_a_link_to_a_file_without_a_page_stays_as_text(site: Path) -> None:
    notes = (site / "reference/research-notes.html").read_text(encoding="utf-8")
    assert 'href="../../' not in notes and "experiments/" in notes


def test_formulas_are_shown_as_such(site: Path) -> None:
    notes = (site / "reference/research-notes.html").read_text(encoding="utf-8")
    assert notes.count("<math") > 30 and "\\log" not in notes and "\\epsilon" not in notes
