"""What people meet who want to join: forms can be read, versions agree, and documents name files that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import ner_lab

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FORMS = [ROOT / "CITATION.cff", ROOT / ".pre-commit-config.yaml", *(ROOT / ".github").rglob("*.yml")]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "RESEARCH_NOTES.md", "sweeper/README.md"]
DOCUMENTS += sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_form_can_be_read(form: Path) -> None:
    assert isinstance(yaml.safe_load(form.read_text(encoding="utf-8")), dict)


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == ner_lab.__version__
    assert citation["license"] == PROJECT["license"]


def test_the_hooks_are_programs_of_the_check_extra() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    programs = {hook["entry"].split()[0].rpartition("/")[2] for repo in config["repos"] for hook in repo["hooks"]}
    extra = {re.split(r"[>=\[]", one)[0] for one in PROJECT["optional-dependencies"]["check"]}
    assert programs == extra


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_a_document_names_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [target for target in re.findall(r"\]\(([^)#:]+)\)", text) if "//" not in target]
    links += re.findall(r'src="([^"]+)"', text)
    missing = [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]
    paths = re.findall(r"`((?:tests|ner_lab|benchmarks|experiments|sweeper|conf)/[\w/.-]+?)`", text)
    missing += [path for path in paths if "NNN" not in path and not (ROOT / path).exists()]
    assert missing == []


def test_a_front_page_names_every_file_of_its_room() -> None:
    for page in (ROOT / "ner_lab").rglob("__init__.py"):
        words = set(re.findall(r"\w+", page.read_text(encoding="utf-8")))
        stub = page.with_suffix(".pyi")
        words |= (
            set(re.findall(r"^from \.(\w+) import", stub.read_text(encoding="utf-8"), re.M))
            if stub.is_file()
            else set()
        )
        if page.parent != ROOT / "ner_lab":
            files = {path.stem for path in page.parent.glob("*.py")} - {"__init__"}
            assert files <= words, f"{page.relative_to(ROOT)} does not name {sorted(files - words)}"
