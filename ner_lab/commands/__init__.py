"""The words a user types after `ner-lab`, a file each.

`COMMANDS` is the one table of them: help, completion, errors and the functions behind them all come from it.
`hydra_app` is what the Hydra applications share (`hydra_frame` takes Hydra's words off their errors, `overrides` finds
what was meant, `own_folder` is asked before Hydra makes the folder of a run, `grid_check` before its own sweeper runs,
`config_folders` says where config files lie, `config_files` and `expansion` look while they are read), `completion` is
Tab, `arguments` what the commands that compare runs share.
`interruption` is Ctrl-C. `own_settings` checks the settings that are a command's own. `data_tables` and
`data_errors_table` are what `data` and `data errors` print, `measured_int8` and `hub_upload` are the `precision=int8`
and the `push` of `export`, `demo` is `make demo`, `from_python` is `ner_lab.train`, and `saved_overrides` is what
`train resume=RUN` takes from a run folder. The files of words: train, evaluate, predict, serve, export, prepare,
convert, pipeline, report, data, data_errors, compare, runs (with `run_keeping`, `run_selection`), scalars, sweep,
doctor, tensorboard. Only the standard library is imported here, so that `ner-lab --help` is quick.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from ner_lab.types import UserError


class Command(NamedTuple):
    """A word of the command line.

    Attributes:
        name: what is typed; `data errors` is two words.
        summary, example: the line of the help.
        function: dotted name of what it calls: with the composed config if it is a Hydra application, else with its
            arguments.
        config: the file of conf/ that a Hydra application composes.
        rewrite: dotted name of a function that rewrites the arguments before Hydra reads them.
    """

    name: str
    summary: str
    example: str
    function: str
    config: str | None = None
    rewrite: str | None = None


def load(name: str) -> Callable[..., Any]:
    """The function of a dotted name.

    Raises:
        UserError: there is none.
    """
    module, _, function = name.rpartition(".")
    try:
        found: Callable[..., Any] = getattr(import_module(module), function)
    except (ModuleNotFoundError, AttributeError) as error:
        if isinstance(error, ModuleNotFoundError) and not f"{module}.".startswith(f"{error.name}."):
            raise  # the module is there, and imports one that is not
        raise UserError(
            f"function={name}: cannot be found ({error}); give MODULE.FUNCTION as Python imports it"
        ) from error
    return found


# fmt: off
_TABLE = (
    ("train", "train a tagger, score it on dev and test", "loss=cross_entropy seed=1", "train.run", "train",
     "train.with_resume"),
    ("evaluate", "score a run on a split, or on other data", "run=RUN data.split=test", "evaluate.evaluate",
     "evaluate"),
    ("report", "one page on a run: errors, scores, advice", "run=RUN", "report.report", "report"),
    ("compare", "which system wins, is it real", "outputs/DATE/TIME-multirun by=loss", "compare.start"),
    ("runs", "the runs there are; rm, note and tag", "outputs sort=-dev.f1", "runs.start"),
    ("predict", "tag raw text or JSON lines with a run", "run=RUN input=FILE output=FILE", "predict.predict",
     "predict"),
    ("serve", "answer over HTTP, with a page to try", "run=RUN port=8000", "serve.start"),
    ("export", "hand a run on: transformers, ONNX", "run=RUN output=my_tagger", "export.export", "export"),
    ("data", "show a corpus: sizes, types, scheme, overlap", "data.dir=DIR json=FILE", "data.show", "data"),
    ("data errors", "rank likely label errors by a run's model", "run=RUN folds=5", "data_errors.show",
     "data_errors"),
    ("prepare", "turn raw files into train, dev and test files", "data.dir=RAW output=DIR data.ratio=0.8",
     "prepare.prepare", "prepare"),
    ("convert", "from any format to any other", "data.dir=DIR output=DIR format=jsonl", "convert.convert", "convert"),
    ("pipeline", "prepare, train and evaluate in one go", "data.dir=RAW", "pipeline.run", "pipeline"),
    ("sweep", "look at a sweep, retry, draw and join it", "status outputs/DATE/TIME-multirun", "sweep.start"),
    ("scalars", "curves as CSV and as figures for a paper", "outputs/DATE/TIME output=curves", "scalars.start"),
    ("doctor", "this machine, and what is fast on it", "", "doctor.start"),
    ("tensorboard", "open the curves of all runs", "outputs", "tensorboard.start"),
)
# fmt: on


def _command(
    name: str, summary: str, example: str, function: str, config: str | None = None, rewrite: str | None = None
) -> Command:
    return Command(
        name,
        summary,
        f"ner-lab {name} {example}",
        f"{__name__}.{function}",
        config,
        rewrite and f"{__name__}.{rewrite}",
    )


COMMANDS = {row[0]: _command(*row) for row in _TABLE}
