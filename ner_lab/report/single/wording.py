"""The words and numbers of findings: what each kind of error is, and what helps against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Kind of error -> title, what it is.
KINDS = {
    "boundary": ("Wrong boundaries", "The type is right, but there is a word too many or too few."),
    "type": ("Wrong types", "The words are right, but they are given another type."),
    "both": ("Wrong boundaries and types", "The model overlaps a gold entity, but has neither its words nor its type."),
    "missed": ("Missed entities", "Gold has an entity where the model sees none."),
    "spurious": ("Spurious entities", "The model sees an entity where gold has none."),
}
# Kind of error -> what to change: a fact that must hold ("" is always so, see `facts`), and the advice.
ADVICE = {
    "boundary": (
        ("words alone", "A head that looks at neighbouring tags: model/head=crf, or model.head.decode=viterbi."),
        ("allowed", "A head that learns which tags follow each other, beyond which may: model/head=crf."),
        ("structured", "The head looks at neighbouring tags already, so look at gold."),
        ("", "If gold itself wavers about titles, articles or brackets, write a rule for annotators."),
    ),
    "type": (
        ("documents", "Let the encoder read the sentences around, too: data.document_context=1."),
        ("small", "A larger encoder: model=roberta-base."),
        ("", "Add training sentences in which the two types look alike."),
    ),
    "both": (
        ("small", "A larger encoder: model=roberta-base."),
        ("", "Read these by hand, they are often several problems in one; more training data."),
    ),
    "missed": (
        ("", "Add training sentences with such names."),
        ("plain loss", "A loss that pays for what is missed: loss=tversky or loss=dice."),
    ),
    "spurious": (
        ("sure", "Drop predictions below a confidence; the table of thresholds says what that costs."),
        ("", "Look for entities that annotators forgot."),
    ),
}
_SMALL = ("tiny", "minilm", "distilbert-base-cased", "distilbert-base-uncased")
_PLAIN = ("NLL", "CrossEntropy")


def facts(report: Mapping[str, Any]) -> set[str]:
    """What holds of a run and decides which advice makes sense; of a file of predictions, nothing is known to be in
    place already."""
    holds = {""}
    if report["confidence"] is not None:
        holds.add("sure")
    config = report["config"] or {}
    head, model = _at(config, "model.head", {}), _at(config, "model", {})
    if _name(head) == "CRFHead":
        holds.add("structured")
    else:  # independent words under the scheme, or each by itself
        holds.add("allowed" if head.get("decode") == "viterbi" else "words alone")
    if report["source"]["documents"] and not _at(config, "data.document_context", 0):
        holds.add("documents")
    if _at(model, "encoder.name", "tiny") in _SMALL:
        holds.add("small")
    if _name(_at(config, "loss", {"_target_": "NLL"})) in _PLAIN:
        holds.add("plain loss")
    return holds


def advice(kind: str, report: Mapping[str, Any]) -> list[str]:
    """What to change against a kind of error, the first thing first."""
    holds = facts(report)
    return [text for fact, text in ADVICE[kind] if fact in holds]


def in_short(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The settings that tell runs apart: what, and which."""
    head, loss = _at(config, "model.head", {}), _at(config, "loss", {})
    own = ", ".join(f"{k}={v}" for k, v in loss.items() if isinstance(v, int | float | str) and k != "_target_")
    where = _at(config, "data.dir", None) or _at(config, "data.name", None)
    trainer = _at(config, "trainer", {})
    steps, epochs = trainer.get("max_steps"), trainer.get("max_epochs")
    limit = f"{steps} steps" if steps and steps > 0 else f"{epochs} epoch{'s' * (epochs != 1)}" if epochs else None
    found = [
        ("encoder", _at(config, "model.encoder.name", None)),
        ("head", f"{_name(head)}{', ' + head['decode'] if head.get('decode') else ''}" if head else None),
        ("loss", f"{_name(loss)}{f' ({own})' if own else ''}" if loss else None),
        ("data", f"{_name(_at(config, 'data', {}))} {where or ''}".strip() or None),
        ("training sentences kept", _at(config, "data.size", None)),
        ("learning rate", _at(config, "optimizer.lr", None)),
        ("at most", limit),
        ("seed", _at(config, "seed", None)),
    ]
    return [(name, str(value)) for name, value in found if value is not None]


def _at(node: Mapping[str, Any], key: str, otherwise: Any) -> Any:
    """The value at a dotted key; what it would be otherwise where there is none."""
    for part in key.split("."):
        if not isinstance(node, Mapping) or part not in node:
            return otherwise
        node = node[part]
    return otherwise if node is None else node


def _name(node: Mapping[str, Any]) -> str:
    """The class that a node of the config builds."""
    return str(node.get("_target_", "")).rpartition(".")[2]


def percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def points(score: float) -> str:
    return f"{100 * score:.1f}"
