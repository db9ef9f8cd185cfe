"""The sentences of a report as compact data: those with an error, a disagreement of schemes, or a change by a rival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ner_lab.report.single.examined import Examined
from ner_lab.report.single.rival import changes
from ner_lab.tags import Span


def entries(examined: Sequence[Examined], other: Sequence[Examined] | None) -> list[dict[str, Any]]:
    """One object a sentence, in order; keys that would be empty are left out.

    `id`, `document`, `words`; `gold` and `predicted`, `[begin, end, type]` and the confidence, if there is one;
    `errors`: `{"kind", "gold", "predicted", "sure"}` with positions in those lists; `loss` (nats); `sure`, that of the
    surest error; `schemes`, numbers of those that disagree with the first; `other`, entities of the rival, and
    `changes`, how many it `found`, `lost`, `dropped` and `added`.
    """
    rows = []
    for index, e in enumerate(examined):
        changed = changes(e, other[index]) if other is not None else {}
        errors = [_error(e, match) for match in e.errors]
        if not (errors or e.disagreements or any(changed.values())):
            continue
        sentence = e.prediction.sentence
        surest = max((error["sure"] for error in errors if error.get("sure") is not None), default=None)
        row = {
            "id": e.id,
            "document": sentence.document,
            "words": list(sentence.words),
            "gold": [list(span) for span in e.gold],
            "predicted": [_with_confidence(e, span) for span in e.predicted],
            "errors": errors,
            "loss": None if e.prediction.loss is None else round(e.prediction.loss, 4),
            "sure": surest,
            "schemes": e.disagreements,
        }
        if other is not None and any(changed.values()):
            row["other"] = [_with_confidence(other[index], span) for span in other[index].predicted]
            row["changes"] = {kind: len(spans) for kind, spans in changed.items() if spans}
        rows.append({key: value for key, value in row.items() if value not in (None, [], "")})
    return rows


def _error(e: Examined, match: Any) -> dict[str, Any]:
    sure = e.sureness(match)
    error = {
        "kind": match.kind,
        "gold": e.gold.index(match.gold) if match.gold else None,
        "predicted": e.predicted.index(match.predicted) if match.predicted else None,
        "sure": None if sure is None else round(sure, 4),
    }
    return {key: value for key, value in error.items() if value is not None}


def _with_confidence(e: Examined, span: Span) -> list[Any]:
    confidence = e.confidence.get(span)
    return list(span) if confidence is None else [*span, round(confidence, 4)]
