"""`ner-lab convert`: a corpus from any format to any other; what the other cannot hold is counted and shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from ner_lab.commands.prepare import refuse_settings_of_training
from ner_lab.data.formats.format import Format
from ner_lab.data.formats.registry import FORMATS
from ner_lab.data.ledger import Ledger, count
from ner_lab.files import output_path, replacing, sources, write_json
from ner_lab.tags import SCHEMES, to_spans
from ner_lab.tags import convert as convert_tags
from ner_lab.training import console
from ner_lab.training.assembly import build, check_settings
from ner_lab.types import Sentence, UserError

# What a folder of this command has; of an earlier one, in whatever format, `overwrite=true` replaces the whole.
HOLDS = (
    *(f"{split}{form.suffix}" for split in ("train", "dev", "test", "all") for form in FORMATS.values()),
    "ledger.json",
)


def convert(cfg: DictConfig) -> Path:
    """Reads `cfg.data`, writes every split to `cfg.output` in `cfg.format` and `cfg.scheme`, and reads it again.

    What is read again must be what was written, sentence by sentence, unless the writer says what was lost.

    Raises:
        UserError: the data cannot be read or written, the output folder holds something, or what is read again
            differs and nothing explains it.
    """
    form = _chosen(cfg)
    refuse_settings_of_training(cfg.data, "convert")
    output = output_path(
        "output", cfg.output, holds=HOLDS, overwrite=cfg.get("overwrite", False), sources=sources(cfg.data)
    )
    check_settings(cfg.data, "data")
    data = build(cfg.data, "data")
    splits = data.read()
    for note in data.notes:
        console.say(note)
    with replacing(output) as unfinished:
        try:
            _write(splits, unfinished, form, cfg.scheme)
        except UserError as error:  # where the files would have been
            raise UserError(str(error).replace(str(unfinished), str(output))) from error
    console.say(f"written to {output} as {cfg.format}")
    return output


def _write(splits: dict[str, list[Sentence]], output: Path, form: Format, scheme: str) -> None:
    ledger, losses = Ledger(), dict[str, Counter[str]]()
    for split, sentences in splits.items():
        ledger.enter(split, "read", count(sentences))
        in_scheme, losses[split] = _in_scheme(sentences, scheme)
        losses[split] += form.write(output / f"{split}{form.suffix}", in_scheme)
    for split, again in _read_again(output, form, scheme, splits).items():
        lost = losses[split]
        note = "; ".join(f"{reason}: {number}" for reason, number in lost.items())
        ledger.enter(split, "written", count(again, f"lost: {note}" if lost else ""))
        if not lost:
            ledger.same(split, "read", "written", ("sentences", "words", "entities"))
            _same(split, splits[split], again)
        counts = ledger.steps[split]["written"]
        console.say(f"{split}: {counts.sentences} sentences, {counts.words} words, {counts.entities} entities")
        console.say(f"{split}: lost in writing: {note or 'nothing'}")
    write_json(output / "ledger.json", ledger.as_dict())


def _chosen(cfg: DictConfig) -> Format:
    if cfg.format not in FORMATS:
        raise UserError(f"format is one of {', '.join(FORMATS)}; got {cfg.format!r}")
    if cfg.scheme not in SCHEMES:
        raise UserError(f"scheme is one of {', '.join(SCHEMES)}; got {cfg.scheme!r}")
    form = FORMATS[cfg.format]
    if cfg.scheme != "iob2" and not form.tags:
        holding = ", ".join(name for name, other in FORMATS.items() if other.tags)
        raise UserError(f"scheme={cfg.scheme}: {cfg.format} holds spans and no tags; schemes are for {holding}")
    return form


def _in_scheme(sentences: Sequence[Sentence], scheme: str) -> tuple[list[Sentence], Counter[str]]:
    """The sentences with tags of the scheme, and the entities that IO makes one with their neighbours."""
    lost: Counter[str] = Counter()
    if scheme == "iob2":
        return list(sentences), lost
    converted = []
    for sentence in sentences:
        if sentence.tags is not None:
            tags = tuple(convert_tags(sentence.tags, scheme))
            merged = len(to_spans(sentence.tags)) - len(to_spans(tags))
            if merged:
                lost["entities that are one with the neighbour of their type before them"] += merged
            sentence = replace(sentence, tags=tags)
        converted.append(sentence)
    return converted, lost


def _read_again(
    output: Path, form: Format, scheme: str, splits: dict[str, list[Sentence]]
) -> dict[str, list[Sentence]]:
    tagged = any(sentence.tags is not None for sentences in splits.values() for sentence in sentences)
    settings: dict[str, Any] = {"scheme": scheme} if form.tags else {}
    if not tagged:
        settings |= form.untagged
    again = form.reader(dir=str(output), **settings).read()
    return {split: list(sentences) for split, sentences in again.items()}


def _same(split: str, before: Sequence[Sentence], after: Sequence[Sentence]) -> None:
    for a, b in zip(before, after, strict=True):
        if (a.words, a.tags, a.document) != (b.words, b.tags, b.document):
            raise UserError(
                f"split {split!r}: the sentence from {a.origin} is not what is read again from {b.origin}; "
                "nothing may be lost on this way, please report it with the data that shows it"
            )
