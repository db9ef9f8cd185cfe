"""Whether an export says what the run says, on every sentence of dev."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from omegaconf import DictConfig

from ner_lab.data.context import with_context
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.training.assembly import build, check_settings, read_config
from ner_lab.training.reading import Reader
from ner_lab.types import Prediction, Sentence, UserError


class Checked(NamedTuple):
    """An export whose tags of dev are those of the run: its reader, dev, what it says of it, and where dev is from."""

    reader: Reader
    sentences: list[Sentence]
    said: list[Prediction]
    source: str


def dev_sentences(run: RunFolder, trained: DictConfig, trust: bool) -> tuple[list[Sentence], str]:
    """The sentences of dev with their context, and where they come from: the corpus, or the run's saved predictions
    where it cannot be read any more.

    Raises:
        UserError: neither of them is there.
    """
    try:
        chosen = read_config(run, ["data"], trust).data
        check_settings(chosen, "data")
        if found := list(build(chosen, "data").corpus().get("dev", ())):
            return found, "its corpus"
        reason = "the corpus has no dev split"
    except UserError as error:
        reason = str(error)
    if not run.predictions("dev").is_file():
        raise UserError(
            f"run={run.path}: an export is compared with the run on dev, and neither its corpus can be read ({reason}) "
            f"nor is there {run.predictions('dev')}; bring one of them back"
        )
    saved = (prediction.sentence for prediction in read_run(run, "dev", marginals=False))
    return list(with_context(saved, trained.data.get("document_context", 0))), "the run's saved predictions"


def refuse_other_tags(expected: Sequence[Prediction], found: Sequence[Prediction]) -> None:
    """Gives up where tags differ.

    Raises:
        UserError: with the sentence, and both of its tags.
    """
    for a, b in zip(expected, found, strict=True):
        if a.tags != b.tags:
            at = next(i for i, (one, other) in enumerate(zip(a.tags, b.tags, strict=True)) if one != other)
            words = " ".join(a.sentence.words[max(0, at - 5) : at + 6])
            others = sum(x.tags != y.tags for x, y in zip(expected, found, strict=True))
            raise UserError(
                f"the export was given up: it tags {others} of {len(expected)} sentences of dev otherwise than the "
                f"run; the first is {a.sentence.origin}, where word {at + 1}, {a.sentence.words[at]!r}, gets "
                f"{b.tags[at]} instead of {a.tags[at]} (... {words} ...)"
            )
