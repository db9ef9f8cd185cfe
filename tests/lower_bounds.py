"""The oldest versions that distributions allow of everything they name, as constraints for pip.

python tests/lower_bounds.py pyproject.toml sweeper/pyproject.toml
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

OWN = ("ner-lab", "hydra-slots")
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w,-]+\])?((>=|==)(?P<version>\d+(\.\d+)*))?")


def numbers(version: str) -> tuple[int, ...]:
    """For comparison: 3.10 comes after 3.9."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


def lower_bounds(*pyprojects: Path) -> dict[str, str]:
    """Version by name, extras included; where several speak of a package, the highest of their bounds.

    Raises:
        ValueError: a requirement without a lower bound, or in a form that this does not read.
    """
    found: dict[str, str] = {}
    for pyproject in pyprojects:
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        extras = project["optional-dependencies"].values()
        for requirement in [*project["dependencies"], *(one for extra in extras for one in extra)]:
            match = _REQUIREMENT.fullmatch(requirement)
            if match and match["name"] in OWN:
                continue
            if not match or not match["version"]:
                raise ValueError(f"{pyproject}: {requirement!r} is not NAME>=VERSION or NAME==VERSION")
            found[match["name"]] = max(match["version"], found.get(match["name"], "0"), key=numbers)
    return found


if __name__ == "__main__":
    for name, version in sorted(lower_bounds(*map(Path, sys.argv[1:])).items()):
        print(f"{name}=={version}")
