"""Command lines of paths and `KEY=VALUE`, where what exists as a path is a path; and the files they ask for."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from ner_lab.files import disk_faults, write_atomically
from ner_lab.types import UserError
from ner_lab.types.printing import shown


def run(command: str, help: str, action: Callable[[Sequence[str]], None], arguments: Sequence[str]) -> None:
    """Runs a command's action, or shows its help; exits with 1 and a line for what the user can mend."""
    if not arguments or {"-h", "--help"} & set(arguments):
        print(help, end="")
        return
    try:
        with disk_faults("standard output"):
            action(arguments)
    except UserError as error:
        sys.exit(f"ner-lab {command}: {error}")
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parse(
    arguments: Sequence[str], known: Collection[str], command: str
) -> tuple[list[str], dict[str, list[str]], dict[str, str]]:
    """Paths, paths that were given a name (`NAME=PATH`), and options.

    Args:
        arguments: of the command line.
        known: the keys of options.
        command: for errors.

    Raises:
        UserError: an option of another form, one without a value, one given twice, one that is neither known nor names
            a path, or no path at all.
    """
    paths: list[str] = []
    names: dict[str, list[str]] = {}
    options: dict[str, str] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if argument.startswith("-") and not os.path.exists(argument):
            raise UserError(f"{argument}: options are KEY=VALUE; see: ner-lab {command} --help")
        if os.path.exists(argument) or not equals:
            paths.append(argument)
        elif not value:
            raise UserError(f"{argument}: a value is missing; see: ner-lab {command} --help")
        elif key in options:
            raise UserError(f"{argument}: {key}={options[key]} was given already")
        elif key in known:
            options[key] = value
        elif os.path.exists(value) or glob.glob(value, recursive=True):
            names.setdefault(key, []).append(value)
        else:
            raise UserError(
                f"{argument}: {key} is no option (those are {', '.join(known)}), and {value} is no file, folder or "
                f"pattern of runs that could be called {key}"
            )
    if not paths and not names:
        raise UserError("no runs given; name run folders, a multirun or a sweep folder, or globs")
    return paths, names, options


def overwriting(options: Mapping[str, str]) -> bool:
    """The option `overwrite`.

    Raises:
        UserError: neither true nor false.
    """
    given = options.get("overwrite", "false")
    if given not in ("true", "false"):
        raise UserError(f"overwrite={given}: must be true or false")
    return given == "true"


def write(texts: Mapping[Path, str]) -> None:
    """Writes the files and says so; where they go was looked at by `output_path`.

    Raises:
        UserError: a path that cannot be written.
    """
    for path, text in texts.items():
        try:
            write_atomically(path, text)
        except OSError as error:
            raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error
        print(shown(f"written: {path}"), file=sys.stderr)
