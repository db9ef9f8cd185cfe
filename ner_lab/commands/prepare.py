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
from ner_lab.types import UserError

_SPLITTING = ("ratio", "by")
HOLDS = ("train.conll", "dev.conll", "test.conll", "ledger.json")


# What changes a corpus for a training, with what changes nothing: none of it would be in files that a command writes.
_OF_TRAINING = {
    "size": ("None", "1.0"),
    "fold": ("None",),
    "type_noise": ("None", "0", "0.0"),
    "boundary_noise": ("None", "0", "0.0"),
    "document_context": ("None", "0"),
}


def prepare(cfg: DictConfig) -> Path:
    """See `write_splits`.

    Raises:
        UserError: a setting of the data that is for training; and see there.
    """
    refuse_settings_of_training(cfg.data, "prepare")
    return write_splits(cfg)


def refuse_settings_of_training(chosen: DictConfig, command: str) -> None:
    """Of data whose reader makes nothing of them; readers beyond the formats, as of the generated corpus, have a `size`
    of their own.

    Raises:
        UserError: one is given.
    """
    for key, neutral in _OF_TRAINING.items():
        own = key == "size" and not str(chosen.get("_target_")).startswith("ner_lab.data.")
        if not own and str(chosen.get(key)) not in neutral:
            raise UserError(
                f"data.{key}={chosen[key]}: {command} writes the corpus as it is; give this to ner-lab train, which "
                "reads what was written"
            )


def write_splits(cfg: DictConfig) -> Path:
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
