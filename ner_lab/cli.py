"""`ner-lab COMMAND`: finds the command, and imports nothing heavy before that."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from ner_lab.commands import COMMANDS, Command, load
from ner_lab.commands.interruption import in_one_line
from ner_lab.types.printing import shown

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO)
HELP = """\
ner-lab: train, evaluate and compare named-entity recognisers

usage: ner-lab COMMAND [OVERRIDES]        `ner-lab COMMAND --help` shows examples and settings

{commands}

An override is KEY=VALUE, or GROUP=OPTION for a file of the configuration (model, model/head, loss, data, ...).
`ner-lab train -m loss=nll,cross_entropy seed=1,2,3` runs every combination.
Tab completion: eval "$(ner-lab -sc install=bash)"; zsh and fish likewise
"""


def main() -> None:
    """Entry point of the console script and of `python -m ner_lab`; Ctrl-C ends it in a line, at any moment."""
    _open_closed_streams()
    try:
        with in_one_line("ner-lab"):
            _main(sys.argv[1:])
            sys.stdout.flush()
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # of a file it knows the name
        if error.filename is not None or error.errno not in _FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"ner-lab: standard output: cannot be written ({error.strerror})")
    except SystemExit as end:
        if isinstance(end.code, str):  # the message of an error: data and folders may have a part in it
            end.code = shown(end.code, lines=True)
        raise


def _open_closed_streams() -> None:
    """What the shell has closed (`>&-`) is empty or takes anything; the next file to be opened would get its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)  # which is for `dup2` to do only where it got another number
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def _main(arguments: list[str]) -> None:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        rows = (f"  {command.name:12} {command.summary:46} {command.example}" for command in COMMANDS.values())
        print(HELP.format(commands="\n".join(rows)), end="")
    elif arguments[0] == "--version":
        from importlib.metadata import version

        print(f"ner-lab {version('ner-lab')}")
    elif arguments[0] in ("-sc", "--shell-completion"):
        _complete(arguments)
    elif found := _find(arguments):
        _start(*found)
    else:
        print(f"ner-lab: no command {arguments[0]!r}{_nearest(arguments)}", file=sys.stderr)
        sys.exit(2)


def _nearest(arguments: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(arguments[0], COMMANDS, n=1)
    return f"; did you mean {near[0]}?" if near else f"; the commands are {', '.join(COMMANDS)}"


def _find(words: list[str]) -> tuple[Command, list[str]] | None:
    """The command that the first words name, and the words after them."""
    for length in (2, 1):  # `data errors` before `data`
        if command := COMMANDS.get(" ".join(words[:length])):
            return command, words[length:]
    own = _users_own(words[0])
    return (own, words[1:]) if own else None


def _users_own(name: str) -> Command | None:
    """A command of the user's: `conf/NAME.yaml` in the working directory, with the dotted name of its `function`."""
    file = Path("conf", f"{name}.yaml")
    if not name.isidentifier() or not file.is_file():
        return None
    import yaml

    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        sys.exit(f"ner-lab {name}: {file} cannot be read: {' '.join(str(error).split())}")
    function = settings.get("function") if isinstance(settings, dict) else None
    if not isinstance(function, str) or "." not in function:
        sys.exit(f"ner-lab {name}: {file} must name what the command calls, such as function: my_commands.{name}")
    return Command(name, "", "", function, name)


def _start(command: Command, arguments: list[str]) -> None:
    if command.config is None:
        load(command.function)(arguments)
    else:
        from ner_lab.commands import hydra_app

        hydra_app.start(command, arguments)


def _complete(arguments: list[str]) -> None:
    """Shell completion: `-sc install=SHELL`, `-sc uninstall=SHELL`, and what these scripts ask, `-sc query=SHELL`."""
    from ner_lab.commands import completion

    action, _, shell = arguments[1].partition("=") if len(arguments) == 2 else ("", "", "")
    if shell not in completion.SHELLS or action not in ("install", "uninstall", "query"):
        sys.exit(f"ner-lab: completion is {arguments[0]} install=SHELL, for one of {', '.join(completion.SHELLS)}")
    if action != "query":
        print(completion.script(action, shell))
        return

    def hydra(command: Command, line: str) -> None:
        os.environ["COMP_LINE"], os.environ["COMP_POINT"] = line, str(len(line))
        _start(command, ["-sc", "query=bash"])

    for one in completion.candidates(os.environ.get("COMP_LINE", ""), _find, hydra):
        print(one)
