"""What to keep in mind about a test set and the scores on it."""

from __future__ import annotations

from collections.abc import Sequence

from ner_lab.report.compare import metric
from ner_lab.report.compare.statistics import effective_documents
from ner_lab.report.compare.ways import Way
from ner_lab.report.sentence_counts import SentenceCounts

FEW_DOCUMENTS = 20


def of_scores(ways: Sequence[Way], documents: int, own: bool, metric_name: str) -> list[str]:
    """Remarks, each a line: few documents, or nothing learned.

    Args:
        ways: with their scores.
        documents: of the test set.
        own: False where every sentence counts as a document.
        metric_name: of the scores.
    """
    found = []
    alike = effective_documents(*(way.trained for way in ways))
    if alike < FEW_DOCUMENTS:
        found.append(
            f"the test set has {documents} {'documents' if own else 'sentences'}, which tell as much as {alike:.0f} of "
            "equal length: intervals over so few are wide and rough"
        )
    if not any(score for way in ways for score in way.scores):
        found.append(f"every run has a score of 0: nothing was learned that {metric.name(metric_name)} could compare")
    return found


def of_likeness(own: SentenceCounts, others: Sequence[SentenceCounts]) -> list[str]:
    """Remarks on other test sets that may have been meant to be this one."""
    if any(other.words_digest == own.words_digest for other in others):
        return ["another test set here has the same sentences with other gold tags; the two are not compared"]
    if any(len(other.documents) == len(own.documents) for other in others):
        return [
            "another test set here has as many sentences but other words; the two are not compared. If they should be "
            "the same, one of the toolkits changed words or their order"
        ]
    return []
