"""Tags of a trained run decoded anew from the log-probabilities that it saved: no checkpoint, no encoder, seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import torch

from ner_lab.data.ledger import Ledger, count
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder, output_path, replacing, write_atomically, write_json
from ner_lab.files.plain import read_json, read_yaml
from ner_lab.models.independent import Decode, IndependentPotentials, WordDecoder
from ner_lab.tags import to_spans
from ner_lab.training.scoring import record
from ner_lab.types import Entity, Prediction, UserError

CRF = "CRFHead"
KEY = "model.head.decode"
AT_ONCE = 128  # sentences
NOTE = "decoded from the run's saved log-probabilities, which have four digits behind the point"


def check(decode: Any) -> None:
    """Refuses what is no way of decoding.

    Raises:
        UserError: it is neither `greedy` nor `viterbi`.
    """
    if decode not in get_args(Decode):
        raise UserError(f"decode={decode}: must be greedy or viterbi, or null for the way in which the run was trained")


def own(head: Any) -> str:
    """How a head decodes, by its config: `viterbi` for a CRF, which knows no other way; "" where nothing tells it."""
    settings = head if isinstance(head, dict) else {}
    kind = str(settings.get("_target_", "")).rpartition(".")[2]
    return str(settings.get("decode", "viterbi" if kind in (CRF, "LinearHead", "CosineHead") else ""))


def redecode(
    found: Sequence[Prediction], labels: Sequence[str], decode: Decode, trained: str, place: str
) -> list[Prediction]:
    """The predictions with the tags that another way of decoding gives; as they are where it is the run's own.

    `greedy` takes the likeliest label of each word by itself, of a CRF by the word's marginals. `viterbi` takes the
    likeliest sequence that the scheme allows, words being independent; a CRF's own decoding is Viterbi already.

    Args:
        found: with log-probabilities.
        labels: in their order.
        decode: the way.
        trained: the run's own way; see `own`.
        place: of the run, for errors.

    Raises:
        UserError: no log-probabilities, or not of these labels.
    """
    if decode == trained:
        return list(found)
    order = sorted((i for i, one in enumerate(found) if one.tags), key=lambda i: len(found[i].tags))
    decoded = list(found)
    decoder = WordDecoder(labels, decode)
    for begin in range(0, len(order), AT_ONCE):
        chosen = order[begin : begin + AT_ONCE]
        for i, one in zip(chosen, _decoded([found[i] for i in chosen], labels, decoder, place), strict=True):
            decoded[i] = one
    return decoded


def _decoded(some: Sequence[Prediction], labels: Sequence[str], decoder: WordDecoder, place: str) -> list[Prediction]:
    for one in some:
        if len(one.log_probs_WK) != len(one.tags) or {len(row) for row in one.log_probs_WK} != {len(labels)}:
            raise UserError(
                f"{one.sentence.origin or place}: has no log-probability for each of the {len(labels)} labels of the "
                f"run ({', '.join(labels[:5])}, ...), which decoding starts from"
            )
    most = max(len(one.tags) for one in some)
    log_probs_BWK = torch.zeros(len(some), most, len(labels))
    mask_BW = torch.zeros(len(some), most, dtype=torch.bool)
    for b, one in enumerate(some):
        log_probs_BWK[b, : len(one.tags)] = torch.tensor(one.log_probs_WK)
        mask_BW[b, : len(one.tags)] = True
    potentials = IndependentPotentials(log_probs_BWK, mask_BW, labels, decoder)
    decoded = []
    for b, (one, row) in enumerate(zip(some, potentials.decode().tolist(), strict=True)):
        labels_W = row[: len(one.tags)]
        tags = tuple(labels[k] for k in labels_W)
        spans = to_spans(tags)
        sure = potentials.span_confidence(b, [(span.begin, span.end) for span in spans], labels_W) if spans else []
        entities = tuple(Entity(*span, confidence=c) for span, c in zip(spans, sure, strict=True))
        decoded.append(replace(one, tags=tags, entities=entities))
    return decoded


def saved(run: RunFolder, split: str, decode: Decode) -> list[Prediction]:
    """A run's predictions of a split, decoded anew from what it saved.

    Raises:
        UserError: no predictions, or see `redecode`.
    """
    head = (read_yaml(run.config).get("model") or {}).get("head")
    return redecode(list(read_run(run, split)), run.labels(), decode, own(head), str(run.path))


def write_run(run: RunFolder, output: str, decode: Decode) -> RunFolder:
    """A run folder like that of `run`, with what it would have said with `model.head.decode` of another value: for
    `compare` and `report`. It has no checkpoint, and `environment.json` says what it was decoded from.

    Raises:
        UserError: the run is unfinished or has no predictions of dev, its head has no `decode`, or the folder cannot be
            written.
    """
    target = output_path("as_run", output, holds=("nothing",), sources=[run.path])
    config = read_yaml(run.config)
    head = (config.get("model") or {}).get("head") or {}
    kind = str(head.get("_target_", "")).rpartition(".")[2]
    if not own(head) or kind == CRF:
        raise UserError(f"as_run={output}: the head {kind} of {run.path} has no {KEY} that could be another")
    if not run.finished:
        raise UserError(f"as_run={output}: {run.path} is unfinished; {run.way_on}")
    if not run.predictions("dev").is_file():
        raise UserError(f"as_run={output}: {run.predictions('dev')} is not there, so that no dev score can be decoded")
    metrics = read_json(run.metrics)
    before = {split: metrics.pop(split, {}) for split in ("dev", "test")}  # what is not decoded anew is not said
    head["decode"] = decode
    with replacing(target) as partial:
        made = RunFolder(partial)
        ledger = Ledger()
        for split in [name for name in ("dev", "test") if run.predictions(name).is_file()]:
            found = saved(run, split, decode)
            ledger.enter(split, "read", count((one.sentence for one in found), NOTE))
            metrics[split] = before[split] | record(found, split, made, ledger)
        objective = str(config.get("objective", "dev/f1")).removeprefix("dev/")
        metrics["objective"] = metrics["dev"][objective]
        environment = read_json(run.environment) if run.environment.is_file() else {}
        write_json(made.environment, environment | {"decoded_from": str(run.path.resolve())})
        if run.train_entities.is_file():
            write_atomically(made.train_entities, run.train_entities.read_text(encoding="utf-8"))
        if run.overrides.is_file():
            typed = [word for word in read_yaml(run.overrides) if not str(word).lstrip("+").startswith(f"{KEY}=")]
            write_atomically(made.overrides, _as_yaml([*typed, f"{KEY}={decode}"]))
        if run.hydra.is_file():  # what compare calls the run by
            made.hydra.parent.mkdir()
            write_atomically(made.hydra, run.hydra.read_text(encoding="utf-8"))
        write_atomically(made.config, _as_yaml(config))
        write_json(made.ledger, ledger.as_dict())
        write_json(made.metrics, metrics)
    return RunFolder(target)


def _as_yaml(config: Any) -> str:
    import yaml

    return str(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
