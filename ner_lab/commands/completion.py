"""Tab completion for bash, zsh and fish: commands, their words and options, and paths; overrides are Hydra's.

Only the standard library is imported before it is known what is completed: a person waits.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from ner_lab.commands import COMMANDS, Command

Finder = Callable[[list[str]], tuple[Command, list[str]] | None]
SHELLS = ("bash", "zsh", "fish")
MOST = 200  # paths that are offered
FOLDERS = ("run", "resume", "data.dir", "hydra.run.dir", "hydra.sweep.dir")  # keys whose value is a folder
PATHS = (*FOLDERS, "input", "output", "file", "against", "json", "csv", "html", "markdown", "latex", "svg")
VALUES = {
    "split": ("dev", "test"),
    "across": ("data",),
    **dict.fromkeys(("overwrite", "tuned", "trust", "yes", "again"), ("true", "false")),
    "metric": ("f1", "f1_strict", "f1_macro", "precision", "recall", "accuracy"),
    "device": ("auto", "cpu", "cuda"),
    "precision": ("auto", "float32", "bfloat16"),
}
INSTALL = {
    "bash": r"""
_ner_lab_complete() {
    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} word before
    word=${line##* } before=""
    # Where = and : break words, bash wants what comes after the last of them.
    [[ $COMP_WORDBREAKS == *=* && $word == *[=:]* ]] && before=${word%"${word##*[=:]}"}
    COMPREPLY=($(COMP_LINE=$line ner-lab -sc query=bash 2> /dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -o nospace -F _ner_lab_complete ner-lab
""",
    "zsh": r"""
_ner_lab_complete() {
    local -a found
    local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
    found=("${(@f)$(COMP_LINE=$line ner-lab -sc query=zsh 2> /dev/null)}")
    [[ -n "$found" ]] && compadd -Q -S '' -- $found
}
whence compdef > /dev/null || { autoload -Uz compinit && compinit }
compdef _ner_lab_complete ner-lab
""",
    "fish": r"""
function __ner_lab_complete
    set -lx COMP_LINE (commandline -cp)
    ner-lab -sc query=fish 2> /dev/null
end
complete -c ner-lab -e
complete -c ner-lab -f -a '(__ner_lab_complete)'
""",
}
UNINSTALL = {
    "bash": "complete -r ner-lab; unset -f _ner_lab_complete",
    "zsh": "compdef -d ner-lab; unfunction _ner_lab_complete",
    "fish": "complete -c ner-lab -e; functions -e __ner_lab_complete",
}


def script(action: str, shell: str) -> str:
    """What the shell evaluates to have completion, or to have it no more (`action` is install or uninstall)."""
    return {"install": INSTALL, "uninstall": UNINSTALL}[action][shell].strip()


def candidates(line: str, find: Finder, hydra: Callable[[Command, str], None]) -> list[str]:
    """What the last word of a command line can become; a word that is whole ends in a blank.

    Args:
        line: as far as it is typed, the program first.
        find: the command that words begin with, and the words behind it.
        hydra: prints what Hydra offers for a command and the line without the command's name.
    """
    program, *words = line.split(" ")
    if len(words) < 2:
        begun = "".join(words)
        return [f"{name} " for name in COMMANDS if name.startswith(begun) and " " not in name]
    found = find(words[:-1])
    if found is None:
        return []
    command, behind = found[0], [*found[1], words[-1]]
    # `ner-lab data err`: the next word may be part of the command's name, too.
    longer = [name.removeprefix(f"{command.name} ") for name in COMMANDS if name.startswith(f"{command.name} ")]
    own = _beginning(behind[-1], longer) if len(behind) == 1 and behind[-1] else []
    if (values := _value(behind[-1])) is not None:
        return own + values
    if command.config is None:
        return own + _plain(command, behind)
    with redirect_stdout(io.StringIO()) as said:
        hydra(command, " ".join([program, *behind]))
    return own + said.getvalue().split()


def _value(word: str) -> list[str] | None:
    """Of a key whose values are known, or are paths; None for any other."""
    key, equals, begun = word.partition("=")
    if not equals:
        return None
    key = key.lstrip("+")
    if key in PATHS:
        return [f"{word[: len(word) - len(begun)]}{path}" for path in paths(begun, folders=key in FOLDERS)]
    return None if "." in key or key not in VALUES else _beginning(begun, VALUES[key], f"{word.partition('=')[0]}=")


def _beginning(begun: str, values: Sequence[str], before: str = "") -> list[str]:
    return [f"{before}{value} " for value in values if value.startswith(begun)]


def _plain(command: Command, behind: Sequence[str]) -> list[str]:
    """Of a command that is no Hydra application: its words, its options, paths."""
    last = behind[-1]
    if command.name == "sweep":
        if len(behind) == 1:
            return _beginning(last, _sweep_words())
        return paths(last)
    options = _options(command)
    found = [f"{key}=" for key in options if f"{key}=".startswith(last)]
    if command.name == "runs" and len(behind) == 1:
        found = _beginning(last, ("note", "tag", "rm")) + found
    return found if command.name in ("serve", "doctor") else found + paths(last)


def _options(command: Command) -> Sequence[str]:
    from importlib import import_module

    module = import_module(command.function.rpartition(".")[0])
    found: Sequence[str] = getattr(module, "OPTIONS", None) or getattr(module, "KEYS", None) or ()
    return ("again", "json") if command.name == "doctor" else found


def _sweep_words() -> list[str]:
    from hydra_slots.command import ACTIONS, ASK_ACTIONS, WORKER_ACTIONS

    return [*ACTIONS, *ASK_ACTIONS, *WORKER_ACTIONS]


def paths(begun: str, folders: bool = False) -> list[str]:
    """Files and folders that a path can become; a folder ends in a slash, unless it is a run's."""
    above, _, name = begun.rpartition("/")
    where = Path(os.path.expanduser(f"{above}/" if "/" in begun else "."))
    try:
        entries = sorted(where.iterdir(), key=lambda path: path.name)
    except OSError:
        return []
    found = []
    for entry in entries:
        hidden = entry.name.startswith(".") and not name.startswith(".")
        if hidden or not entry.name.startswith(name) or any(c.isspace() or not c.isprintable() for c in entry.name):
            continue
        if folder := entry.is_dir():
            ending = " " if (entry / "config.yaml").is_file() else "/"
        if folder or not folders:
            found.append(f"{begun[: len(begun) - len(name)]}{entry.name}{ending if folder else ' '}")
    return found[:MOST]
