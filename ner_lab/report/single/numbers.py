"""Everything a report says, as plain data: what `json=FILE` holds and what the page is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ner_lab.files import RunFolder
from ner_lab.report import curves, run_files
from ner_lab.report.run_files import read_json
from ner_lab.report.single.breakdowns import breakdowns
from ner_lab.report.single.confidence import confidence
from ner_lab.report.single.examined import Examined, examine
from ner_lab.report.single.findings import findings, verdict
from ner_lab.report.single.rival import against, check
from ner_lab.report.single.scores import audit, confusions, scores, taxonomy
from ner_lab.report.single.sentences import entries
from ner_lab.report.single.source import Source
from ner_lab.tags import violations
from ner_lab.types import UserError

SUSPECTS = 100  # of likely label errors
CURVES = ("train/loss", "dev/loss", "dev/accuracy", "dev/f1")


def numbers(source: Source, rival: Source | None = None) -> dict[str, Any]:
    """The report on a source, and on what a rival does otherwise with the same sentences.

    Raises:
        UserError: predictions that do not belong to their scores, or a rival of other sentences.
    """
    examined = examine(source.predictions, source.split, source.labels)
    dev = None if source.dev is None else examine(source.dev, "dev", source.labels)
    other = None if rival is None else examine(rival.predictions, rival.split, rival.labels)
    if rival is not None and other is not None:
        check(examined, other, rival.name)
    report: dict[str, Any] = {
        "source": _about(source, examined),
        "scores": scores(examined, source.recorded),
        "taxonomy": taxonomy(examined),
        "confusions": confusions(examined),
        "training": _training(source),
        "breakdowns": breakdowns(examined, source.entities),
        "confidence": confidence(examined, dev, source.labels, source.own_dev),
        "audit": audit(examined),
        "violations": _violations(examined),
        "label_errors": _label_errors(source, examined),
        "against": against(examined, other, rival.name) if rival and other else None,
        "curves": _curves(source.run) if source.run else {},
        "metrics": source.metrics,
        "config": source.config,
        "overrides": list(source.overrides),
        "environment": source.environment,
        "ledger": source.ledger,
    }
    found = findings(report)
    return {**report, "findings": found, "verdict": verdict(report, found), "sentences": entries(examined, other)}


def _about(source: Source, examined: Sequence[Examined]) -> dict[str, Any]:
    documents = {e.prediction.sentence.document for e in examined} - {""}
    return {
        "name": source.name,
        "split": source.split,
        "sentences": len(examined),
        "words": sum(len(e.prediction.tags) for e in examined),
        "documents": len(documents),
    }


def _curves(run: RunFolder) -> dict[str, list[tuple[int, float]]]:
    """Steps and values of those of `CURVES` that the run logged."""
    found = curves.read(run.path)
    return {} if found is None else {tag: found.points(tag) for tag in CURVES if tag in found.values}


def _training(source: Source) -> dict[str, int] | None:
    """How many entities of each type training had."""
    if source.entities is None:
        return None
    found: Counter[str] = Counter()
    for types in source.entities.values():
        found.update(types)
    return dict(sorted(found.items()))


def _violations(examined: Sequence[Examined]) -> dict[str, int]:
    """Predicted tags that break IOB2, by reason: `I-` where there is nothing to continue."""
    return dict(Counter(reason for e in examined for _, reason in violations(e.prediction.tags)))


def _label_errors(source: Source, examined: Sequence[Examined]) -> dict[str, Any] | None:
    """The ranking of `ner-lab data errors`, if it was made for this run, else one of this split alone."""
    if source.labels is None:
        return None
    if source.ranking is not None and source.ranking.is_file():
        try:
            found = read_json(source.ranking, run_files.RANKING)
        except UserError as error:
            reason = str(error).removesuffix("; train the run again")
            raise UserError(f"{reason}; `ner-lab data errors` makes it anew") from error
        return {**found, "in_all": len(found["ranked"]), "ranked": found["ranked"][:SUSPECTS]}
    pairs = [(suspect, index) for index, e in enumerate(examined) for suspect in e.suspects]
    pairs.sort(key=lambda pair: (pair[0].probability, pair[1]))
    doubted = [(suspect, index) for suspect, index in pairs if suspect.kind != "none"]
    return {
        "folds": 0,
        "judged": {source.split: sum(suspect.gold is not None for suspect, _ in pairs)},
        "in_all": len(doubted),
        "ranked": [
            {
                "kind": suspect.kind,
                "probability": round(suspect.probability, 6),
                "split": source.split,
                "index": index,
                "document": examined[index].prediction.sentence.document,
                "words": list(examined[index].prediction.sentence.words),
                "gold": suspect.gold._asdict() if suspect.gold else None,
                "model": [span._asdict() for span in suspect.model],
                "loss": examined[index].prediction.loss,
            }
            for suspect, index in doubted[:SUSPECTS]
        ],
    }
