"""Where the files of configs lie: a user's own `conf` folder, before the packaged one."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hydra.core.config_search_path import ConfigSearchPath
from hydra.plugins.search_path_plugin import SearchPathPlugin

from ner_lab.commands.overrides import Configs


class UsersConf(SearchPathPlugin):
    """A `conf` folder in the working directory comes before the packaged one."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        if own := _users():
            search_path.prepend("your conf", f"file://{own}")


def packaged() -> Path:
    return Path(str(files("ner_lab.conf"))).resolve()


def _users() -> Path | None:
    own = Path("conf").resolve()
    return own if own.is_dir() and own != packaged() else None


def shadowed() -> str:
    """What a user's own conf folder puts in the place of packaged files, for the user to see; "" for nothing."""
    own = _users()
    names = sorted(str(f.relative_to(own)) for f in own.rglob("*.yaml")) if own else []
    shadowing = [name for name in names if (packaged() / name).is_file()]
    if not shadowing:
        return ""
    more = f" and {len(shadowing) - 5} more" if len(shadowing) > 5 else ""
    return f"conf/ of this folder comes before the packaged one: {', '.join(shadowing[:5])}{more}"


def configs(name: str) -> Configs:
    """Where the files of a command's config are: the user's before the packaged ones."""
    own = _users()
    return Configs(name, (*([own] if own else []), packaged()))
