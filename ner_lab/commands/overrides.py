"""Overrides that Hydra would misread or answer with bad advice, and what the user may have meant by an unknown word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from hydra import initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import (
    CompactHydraException,
    ConfigCompositionException,
    HydraException,
    InstantiationException,
    MissingConfigException,
    OverrideParseException,
)
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException
from yaml import YAMLError

from ner_lab.types import UserError

MANY = ("callbacks", "logger", "experiment", "debug", "search")  # groups of which a run takes several options

_WORD = re.compile(r"(?P<mark>[+~]*)(?P<key>[^=@]*)(?P<package>@[^=]*)?=(?P<value>.*)", re.DOTALL)


class Configs(NamedTuple):
    """A command's config: its name, and the folders of configs, the user's own first."""

    name: str
    folders: tuple[Path, ...]

    def groups(self) -> dict[str, list[str]]:
        """The options of each group of configs."""
        found: dict[str, set[str]] = {}
        for root in self.folders:
            for file in root.rglob("*.yaml"):
                if file.parent != root:
                    found.setdefault(file.parent.relative_to(root).as_posix(), set()).add(file.stem)
        return {group: sorted(options) for group, options in sorted(found.items())}

    def exactly(self, words: Sequence[str]) -> DictConfig:
        """The config with these overrides, and Hydra's own part of it."""
        singleton = GlobalHydra.instance()
        before, singleton.hydra = singleton.hydra, None
        try:
            with initialize_config_module("ner_lab.conf", version_base="1.3"):
                assert singleton.hydra is not None
                return singleton.hydra.compose_config(self.name, list(words), RunMode.RUN, from_shell=False)
        finally:
            singleton.hydra = before

    def composed(self, words: Sequence[str]) -> DictConfig | None:
        """The config with those of the overrides that it takes; None where even the bare one cannot be composed."""
        for some in ([word for word in words if _is_choice(word, self.groups())], []):
            try:
                return self.exactly(some)
            except (HydraException, OmegaConfBaseException, ValueError, TypeError, YAMLError):
                continue
        return None


def _is_choice(word: str, groups: dict[str, list[str]]) -> bool:
    found = _WORD.fullmatch(word)
    return bool(found and found["value"] in groups.get(found["key"], ()))


def of_task(overrides: Any) -> list[str]:
    """`hydra.overrides.task`: the overrides of a job that are not Hydra's own.

    What they refer to (`${seed}`) is put in its place, so that what is recorded of a run says what it was; a reference
    that only makes sense where the override leads (`${.gamma}`) stays as it was typed.

    >>> of_task(OmegaConf.create({"seed": 3, "task": ["loss.gamma=${seed}", "loss.alpha=${.gamma}"]}).task)
    ['loss.gamma=3', 'loss.alpha=${.gamma}']
    """
    typed: Any = OmegaConf.to_container(overrides)
    return [_resolved(overrides, index) or str(word) for index, word in enumerate(typed)]


def _resolved(overrides: Any, index: int) -> str:
    try:
        return str(overrides[index])
    except OmegaConfBaseException:
        return ""


def refuse_misread(words: Sequence[str], configs: Configs) -> None:
    """Refuses what Hydra takes without an error, and not as it was meant.

    Raises:
        UserError: several options of a group that a run takes one of, or none (`loss=null`); a group's option given to
            its key (`model.head=crf`); or a new key at the top level, where nothing would read it.
    """
    groups = configs.groups()
    for word in words:
        if (gone := word.removeprefix("~")) != word and gone in groups and gone not in MANY:
            raise UserError(f"{word}: no run goes without {gone}; leave it in, or choose another option: {gone}=OPTION")
        if not (found := _WORD.fullmatch(word)):
            continue
        mark, key, value = found["mark"], found["key"], found["value"].strip()
        if key in groups and key not in MANY and re.fullmatch(r"\[.*,.*\]", value, re.DOTALL):
            options = value.strip("[]").replace(" ", "")
            raise UserError(f"{word}: a run takes one option of {key}; for a run of each: -m {key}={options}")
        if key in groups and not mark and not _may_name(word):
            none = f"; to have none: {key}=[]" if key in MANY else ""
            raise UserError(f"{word}: no such option of {key}; its options are {', '.join(groups[key])}{none}")
        path = key.replace(".", "/")
        if "." in key and value in groups.get(path, ()):
            raise UserError(f"{word}: the file of a group is chosen with slashes: {path}={value}")
        top = re.split(r"[./]", key)[0]
        if "+" in mark and top not in ("hydra", "resume") and top not in groups:
            cfg = configs.composed(words)
            if cfg is not None and top not in cfg:
                raise UserError(f"{word}: nothing reads {key}{did_you_mean(key, _keys(cfg), groups)}")


def _may_name(word: str) -> bool:
    """Whether the value of a group's override can be a name or a list of names."""
    try:
        override = OverridesParser.create().parse_override(word)
    except OverrideParseException:  # which is told when Hydra meets it
        return True
    return override.is_sweep_override() or isinstance(override.value(), str | list | dict)


def message(
    error: Exception, words: Sequence[str] = (), configs: Configs | None = None, typed: Sequence[str] | None = None
) -> str:
    """What a user is told of an error in a config, in an override or in a setting.

    Args:
        error: what was raised.
        words: the overrides.
        configs: of the command.
        typed: those of the overrides that the user typed, where a search has added some.
    """
    cause, text = error.__cause__, str(error).strip() or str(error.__cause__ or type(error).__name__)
    if type(error) is CompactHydraException and isinstance(cause, HydraException | OmegaConfBaseException):
        # Of a sweep, which found it in a trial's overrides: those stand before it.
        return message(cause, [*words, *text.partition(": Could not ")[0].split()], configs, typed=words)
    if isinstance(error, MissingMandatoryValue):
        return f"{error.full_key} is missing; give it as {error.full_key}=..."
    if isinstance(error, MissingConfigException) and (found := re.search(r"Could not find '([^']+)'", text)):
        group, _, option = found[1].rpartition("/")
        files = [folder / f"{found[1]}.yml" for folder in (configs.folders if configs else ())]
        if there := next((file for file in files if file.is_file()), None):
            return (
                f"{group}={option}: {there} must be called {there.with_suffix('.yaml').name}, or Hydra does not see it"
            )
        options = re.findall(r"^\t(?!provider=)(\S+)$", text, re.MULTILINE)
        known = f"its options are {', '.join(options)}" if options else "there is no such group"
        return f"{group}={option}: no such option of {group}; {known}{did_you_mean(option, options)}"
    if isinstance(error, OverrideParseException):
        why = next((line for line in text.splitlines() if not line.startswith(("Error parsing", "See http"))), "")
        why = f" ({why})" if " while evaluating " in why else ""  # else words of the parser's own
        key, equals, value = str(error.override).partition("=")
        shown = f"'{key}=\"{value}\"'" if key.strip() and equals and not set(value) & set("\"'") else "'KEY=\"TEXT\"'"
        return f"{error.override}: no override is of this form{why}; it is KEY=VALUE, and a text is {shown}"
    if isinstance(error, ConfigCompositionException):
        return _of_composition(error, text, words, configs, typed)
    if isinstance(error, OmegaConfBaseException):
        plain = re.sub(r"\s*\n\s*(full_key: |object_type=|reference_type=).*", "", text)
        key = str(error.full_key or "")
        return plain if key in plain else f"{key}: {plain}"
    return " ".join(text.split()) if isinstance(error, InstantiationException) else text.removeprefix("error: ")


def _of_composition(
    error: Exception, text: str, words: Sequence[str], configs: Configs | None, typed: Sequence[str] | None
) -> str:
    """An override of a key that is not there, with the nearest that is; other errors in Hydra's words, on a line."""
    if several := re.match(r"Ambiguous value for argument '(.+)'", text):
        key, _, value = several[1].partition("=")
        return (
            f"{several[1]}: one run takes one value; a run of each is -m {several[1]}, a list is '{key}=[{value}]' "
            f"and a text '{key}=\"{value}\"'"
        )
    why = str(error.__cause__).splitlines()[0] if error.__cause__ else ""
    found = re.match(r"Could not (?:override|delete from config\.?) ?'([^']+?)'\.", text)
    if not found or (why and "not in " not in why):
        if there := re.match(r"Could not append to config\. An item is already at '(.+?)'", text):
            return f"+{there[1]}=...: {there[1]} is in the config already; change it without the plus: {there[1]}=..."
        first = text.splitlines()[0]
        return f"{first} ({why})" if why and why not in first else first
    key = found[1]
    cfg = configs.composed(words) if configs else None
    inner = re.match(r"Key '([^']+)' is not in struct", why)
    if inner and inner[1] != key.rpartition(".")[2] and (cfg is None or OmegaConf.select(cfg, key) is not None):
        return f"{key} has no {inner[1]}; a further one is given by itself: +{key}.{inner[1]}=..."
    if configs is None or cfg is None:
        return f"{key}: no such key"
    close = did_you_mean(key, _keys(cfg), configs.groups())
    parent = OmegaConf.select(cfg, key.rpartition(".")[0]) if "." in key else None
    if not close and isinstance(parent, DictConfig):
        beside = [str(name) for name in parent if name != "_target_"]
        close = f"; beside it are {', '.join(beside)}" if beside else ""
        if typed is not None and not any(word.lstrip("+").startswith(f"{key}=") for word in typed):
            group = key.partition(".")[0]
            close += f"; a search has a key that only some options have as {{when: {{{group}: OPTION}}, is: ...}}"
        elif "_target_" in parent:
            close += f"; a further argument of {parent._target_} is given as +{key}=..."
    return f"{key}: no such key or group{close}"


def _keys(node: DictConfig, above: str = "") -> Iterator[str]:
    for name in node:
        yield f"{above}{name!s}"
        child = node._get_node(name)
        if isinstance(child, DictConfig) and not (child._is_none() or child._is_missing() or child._is_interpolation()):
            yield from _keys(child, f"{above}{name!s}.")


def did_you_mean(word: str, *candidates: Collection[str] | Iterator[str]) -> str:
    """`; did you mean loss?` where a known word is near, else ""."""
    known = dict.fromkeys(name for some in candidates for name in some)
    # By the last part, too: all keys of a group begin alike.
    near = [
        name
        for name in get_close_matches(word, known, n=5, cutoff=0.6)
        if get_close_matches(re.split("[./]", word)[-1], [re.split("[./]", name)[-1]], cutoff=0.5)
    ]
    return f"; did you mean {near[0]}?" if near else ""
