"""The numbers of a service, in the text format of Prometheus.

Written here: the format is a few lines of text, and the client library keeps its numbers for the whole process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PER_RUN = {
    "texts": "Texts that were answered.",
    "sentences": "Lines with words that were read.",
    "words": "Words that were read.",
    "windows": "Rows that the encoder read; more than sentences where one was too long for a row.",
    "entities": "Entities that were found.",
    "batches": "Batches that the model read.",
    "batch_seconds": "Seconds that the model took for them.",
    "restarts": "Times that the process of the model was started again.",
}


class Counters:
    """What a service has done since it began."""

    def __init__(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._slower_than = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0
        self._runs: dict[str, defaultdict[str, float]] = {}

    @property
    def answered(self) -> int:
        """Requests with an answer that was not refused."""
        return self._statuses[200]

    def request(self, status: int, seconds: float) -> None:
        self._statuses[status] += 1
        self._slower_than[bisect_left(SECONDS, seconds)] += 1
        self._seconds += seconds

    def batch(self, run: str, answers: Sequence[Mapping[str, Any]], seconds: float) -> None:
        own = self._of(run)
        own["batches"] += 1
        own["batch_seconds"] += seconds
        own["texts"] += len(answers)
        for answer in answers:
            own["entities"] += len(answer.get("entities", ()))
            for name in ("sentences", "words", "windows"):
                own[name] += answer.get("ledger", {}).get(name, 0)

    def restart(self, run: str) -> None:
        self._of(run)["restarts"] += 1

    def _of(self, run: str) -> defaultdict[str, float]:
        return self._runs.setdefault(run, defaultdict(float))

    def text(self, models: Iterable[Any]) -> str:
        """All numbers; `models` have a `name`, a `queue` and are `ready` or not."""
        return "\n".join(self._lines(list(models))) + "\n"

    def _lines(self, models: Sequence[Any]) -> Iterator[str]:
        yield from _head("requests_total", "counter", "Requests to /predict, by the status of the answer.")
        for status, number in sorted(self._statuses.items()):
            yield _line("requests_total", number, status=status)
        yield from _head("request_seconds", "histogram", "Seconds from a request to its answer.")
        for bound, number in zip([*SECONDS, "+Inf"], accumulate(self._slower_than), strict=True):
            yield _line("request_seconds_bucket", number, le=bound)
        yield _line("request_seconds_sum", self._seconds)
        yield _line("request_seconds_count", sum(self._slower_than))
        for name, about in _PER_RUN.items():
            yield from _head(f"{name}_total", "counter", about)
            yield from (_line(f"{name}_total", self._of(model.name)[name], run=model.name) for model in models)
        yield from _head("waiting_requests", "gauge", "Requests of which no text is being read yet, or not all.")
        yield from (_line("waiting_requests", len(model.queue), run=model.name) for model in models)
        yield from _head("model_up", "gauge", "1 where the model answers.")
        yield from (_line("model_up", int(model.ready), run=model.name) for model in models)


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP ner_lab_{name} {about}"
    yield f"# TYPE ner_lab_{name} {kind}"


def _line(name: str, value: float, **labels: object) -> str:
    escaped = {
        key: str(label).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for key, label in labels.items()
    }
    shown = ",".join(f'{key}="{label}"' for key, label in escaped.items())
    return f"ner_lab_{name}{{{shown}}} {value:.17g}" if shown else f"ner_lab_{name} {value:.17g}"
