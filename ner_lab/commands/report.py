"""`ner-lab report`: the page of one run, and its numbers as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from ner_lab.files import RunFolder, output_path, write_atomically, write_json
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.page import render
from ner_lab.report.single.source import Source, read
from ner_lab.training import console
from ner_lab.types import UserError
from ner_lab.types.printing import print_json


def report(cfg: DictConfig) -> None:
    """Writes the report on `cfg.run` or `cfg.file`, and to `cfg.json` its numbers; with `json=-` only those, unless
    `cfg.output` asks for the page.

    Raises:
        UserError: not one of run and file, or something that cannot be read or written.
    """
    if (cfg.run is None) == (cfg.file is None):
        raise UserError(f"give either run=RUN or file=FILE, got run={cfg.run} and file={cfg.file}")
    if cfg.file is not None and not Path(str(cfg.file)).is_file():
        raise UserError(f"file={cfg.file}: no such file; a run folder is given as run=RUN")
    if cfg.run is not None and not Path(str(cfg.run)).is_dir():
        raise UserError(f"run={cfg.run}: no such folder; runs lie where hydra.run.dir put them, by default in outputs/")
    if cfg.file is not None and cfg.split is not None and cfg.against is None:
        raise UserError(f"split={cfg.split}: a file has no splits; leave it out with file=FILE")
    if cfg.json not in (None, "-") and cfg.json == cfg.output:
        raise UserError(f"json={cfg.json}: the page goes there (output=); choose another file")
    overwrite = cfg.get("overwrite", False)
    for key, given in {"output": cfg.output, "json": None if cfg.json == "-" else cfg.json}.items():
        if given is not None:
            output_path(key, str(given), overwrite=overwrite, sources=[Path(str(cfg.file))] if cfg.file else [])
    split = None if cfg.split is None else str(cfg.split)
    source = read(str(cfg.run or cfg.file), split)
    rival = None if cfg.against is None else read(str(cfg.against), split or source.split or None)
    found = numbers(source, rival)
    if cfg.json == "-":
        print_json(json.dumps(found, indent=2, ensure_ascii=False))
        if cfg.output is None:
            return
    output = _output(cfg, source)
    page, left_out = render(found)
    with _writing("output", output):
        write_atomically(output, page.encode("utf-8", "replace").decode("utf-8"))  # no half of a surrogate pair
    if cfg.json not in (None, "-"):
        with _writing("json", cfg.json):
            write_json(Path(str(cfg.json)), found)
    _say(found, output, left_out)


@contextmanager
def _writing(key: str, path: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{key}={path}: cannot be written ({error.strerror or error})") from error


def _output(cfg: DictConfig, source: Source) -> Path:
    if cfg.output is not None:
        return Path(str(cfg.output))
    return RunFolder(source.name).page if cfg.run is not None else Path(f"{cfg.file}.report.html")


def _say(found: dict[str, Any], output: Path, left_out: int) -> None:
    scores, taxonomy = found["scores"]["all"], found["taxonomy"]
    kinds = ", ".join(f"{row['number']:,} {kind}" for kind, row in taxonomy["kinds"].items())
    console.say(f"F1 {100 * scores['f1']:.2f}; {taxonomy['errors']:,} errors: {kinds}")
    for finding in found["findings"][:3]:
        console.say(f"- {finding['title']}")
    if left_out:
        console.say(f"{left_out:,} sentences did not fit into the page; json=FILE has all of them")
    console.say(f"written to {output}")
