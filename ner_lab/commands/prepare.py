"""`ner-lab prepare`: raw files to train, dev and test files by ratio."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ner_lab.data.formats import column
from ner_lab.data.ledger import Ledger, count
from ner_lab.data.split import prepare_splits
from ner_lab.files import output_path, replacing, sources, write_json
from ner_lab.training import console
from ner_lab.training.assembly import build, check_settings

_SPLITTING = ("ratio", "by")
HOLDS = ("train.conll", "dev.conll", "test.conll", "ledger.json")


def prepare(cfg: DictConfig) -> Path:
    """Reads `cfg.data`, makes the splits that are missing, and writes them to `cfg.output`.

    Raises:
        UserError: the data cannot be read or split, or the output folder holds something.
    """
    output = output_path(
        "output", cfg.output, holds=HOLDS, overwrite=cfg.get("overwrite", False), sources=sources(cfg.data)
    )
    chosen = reading(cfg.data)
    check_settings(chosen, "data")
    data = build(chosen, "data")
    found = data.read()
    splits, report = prepare_splits(found, ratio=cfg.data.ratio, seed=cfg.data.seed, by=cfg.data.by)
    for note in [*data.notes, *report]:
        console.say(note)
    ledger = Ledger()
    ledger.enter("all", "read", count(s for sentences in found.values() for s in sentences))
    ledger.enter("all", "split", count(s for sentences in splits.values() for s in sentences))
    ledger.same("all", "read", "split", ("sentences", "words", "entities"))
    with replacing(output) as unfinished:
        for split, sentences in splits.items():
            column.write(unfinished / f"{split}.conll", sentences)
            counts = count(sentences)
            ledger.enter(split, "written", counts)
            console.say(f"{split}: {counts.sentences} sentences, {counts.words} words, {counts.entities} entities")
        write_json(unfinished / "ledger.json", ledger.as_dict())
    console.say(f"written to {output}")
    return output


def reading(data: DictConfig) -> DictConfig:
    """The part of the data config that reads, without the part that splits."""
    return OmegaConf.masked_copy(data, [str(key) for key in data if key not in _SPLITTING])
