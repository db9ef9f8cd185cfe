"""Pages of the site that are made from the repository: every setting, every public name, the studies, the notes.

A hook of mkdocs. Links in all pages are those that work in the repository; they become links between pages here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
STUDIES = sorted(path.name for path in (ROOT / "experiments").iterdir() if (path / "README.md").is_file())
COPIED = {
    "RESEARCH_NOTES.md": "reference/research-notes.md",
    "CHANGELOG.md": "reference/changes.md",
    "sweeper/README.md": "reference/sweeper.md",
    **{f"experiments/{study}/README.md": f"studies/{study}.md" for study in STUDIES},
}
GROUPS = sorted(
    {
        str(file.parent.relative_to(ROOT / "conf"))
        for file in (ROOT / "conf").rglob("*.yaml")
        if "hydra" not in file.parts
    }
)
PAGES = {
    **COPIED,
    **{f"conf/{group}": f"reference/conf.md#{group.replace('/', '-')}" for group in GROUPS},
    "conf": "reference/conf.md",
    "ner_lab": "reference/python.md",
    "README.md": "index.md",
}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
FORMULA = re.compile(r"(?<![`$])\$(?=\S)([^$`\n]+)(?<=\S)\$(?![`$\d])")  # as GitHub shows it
PUBLIC = re.compile(r" import (\w+) as \1$", re.MULTILINE)


def on_config(config: Any) -> Any:
    """The studies join the navigation, by their titles."""
    readmes = {study: (ROOT / f"experiments/{study}/README.md").read_text(encoding="utf-8") for study in STUDIES}
    studies = [{text.splitlines()[0].removeprefix("# "): f"studies/{study}.md"} for study, text in readmes.items()]
    gallery = next(entry for entry in config["nav"] if "Gallery" in entry)
    gallery["Gallery"] = ["gallery.md", {"Studies": studies}]
    return config


def on_files(files: Files, config: Any) -> Files:
    """The pages, and the figures of the studies."""
    for source, page in COPIED.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    for study in STUDIES:
        for figure in (ROOT / "experiments" / study).glob("*.svg"):
            files.append(File.generated(config, f"studies/{study}/{figure.name}", abs_src_path=str(figure)))
    files.append(File.generated(config, "reference/conf.md", content=_settings()))
    files.append(File.generated(config, "reference/python.md", content=_names()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links to files of the repository become links to their pages; what has no page stays as its text."""
    uri = page.file.src_uri
    source = next((source for source, made in COPIED.items() if made == uri), f"docs/{uri}")
    here = os.path.dirname(uri)

    def replaced(found: re.Match[str]) -> str:
        picture, label, link = found.groups()
        target, _, anchor = link.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(source), target))
        if "://" in link or not target or path.startswith("docs/"):
            return found.group(0)
        if picture:
            study, figure = os.path.split(path)
            return f"![{label}]({os.path.relpath(f'studies/{os.path.basename(study)}/{figure}', here)})"
        made = PAGES.get(path) or PAGES.get(f"{path}/README.md")
        if made is None:
            return f"{label} (`{path}`)"
        made, _, own = made.partition("#")
        return f"[{label}]({os.path.relpath(made, here)}{'#' + (anchor or own) if anchor or own else ''})"

    markdown = LINK.sub(replaced, markdown)
    # Browsers show MathML by themselves; a script that did it would have to be fetched.
    return FORMULA.sub(lambda found: convert(found.group(1)), markdown) if source == "RESEARCH_NOTES.md" else markdown


def _settings() -> str:
    """Every file of conf/ with its comments, a heading a group."""
    parts = [
        "# Every setting",
        "A file of a group is chosen by `GROUP=FILE` (`loss=focal`), a key by its path (`loss.gamma=1`,\n"
        "`data.batch_size=16`). Each file begins with a command that uses it;\n"
        "`ner-lab COMMAND --help` shows them composed.",
    ]
    for group in GROUPS:
        parts.append("## Commands" if group == "." else f"## {group} {{#{group.replace('/', '-')}}}")
        for file in sorted((ROOT / "conf" / group).glob("*.yaml")):
            name = file.stem if group == "." else f"{group}={file.stem}"
            parts.append(f"### {name}\n\n```yaml\n{file.read_text(encoding='utf-8').rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def _names() -> str:
    """The public names of every room, from the stubs that export them."""
    parts = [
        "# Python",
        "A public name (`ner_lab.losses.Focal`) is a promise, the path of a file is not. Shapes are suffixes:\n"
        "`log_probs_BWK` is batch x word x label.",
        _room("ner_lab", ["train", "load", "runs", "compare", "Sentence", "UserError"]),
    ]
    for stub in sorted((ROOT / "ner_lab").glob("*/**/__init__.pyi")):
        room = ".".join(stub.parent.relative_to(ROOT).parts)
        parts.append(_room(room, PUBLIC.findall(stub.read_text(encoding="utf-8"))))
    types = (ROOT / "ner_lab/types/__init__.py").read_text(encoding="utf-8")
    parts.append(_room("ner_lab.types", re.findall(r"^(?:class|def) ([A-Za-z]\w+)", types, re.MULTILINE)))
    sweeper = (ROOT / "sweeper/hydra_slots/__init__.py").read_text(encoding="utf-8")
    exported = re.search(r"__all__ = \[(.*?)\]", sweeper, re.DOTALL)
    parts.append(_room("hydra_slots", re.findall(r'"(\w+)"', exported.group(1) if exported else "")))
    return "\n\n".join(parts) + "\n"


def _room(module: str, names: list[str]) -> str:
    options = ["show_root_heading: false", "show_submodules: true", f"members: [{', '.join(names)}]"]
    return "\n      ".join([f"## {module}\n\n::: {module}\n    options:", *options])
