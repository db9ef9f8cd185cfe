"""Findings about training, gold, names, confidence and tags: what stands out beside the kinds of errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ner_lab.report.single.wording import facts, percent, points

Numbers = Mapping[str, Any]
Finding = dict[str, Any]

FEW = 30  # a share of fewer cases than this is not worth a sentence
DOUBTFUL = 0.01  # a gold annotation less probable than this is worth a look
GAP = 0.03  # between confidence and share that is right: a smaller one misleads nobody
JUDGE = 0.5  # a model with a lower F1 than this cannot doubt gold


def finding(title: str, text: str, advice: str, **filter: Any) -> Finding:
    """A main point; `filter` chooses the sentences that show it."""
    return {"title": title, "text": text, "advice": advice, "filter": filter or None}


def unfinished(report: Numbers) -> Iterator[Finding]:
    """Training that may have ended too early."""
    f1 = report["curves"].get("dev/f1", [])
    longer = "Train longer: trainer.max_epochs=10 callbacks=early_stopping ends when dev F1 no longer rises."
    if len(f1) >= 2 and f1[-1][1] == max(value for _, value in f1) and f1[-1][1] - f1[-2][1] > 0.005:
        yield finding(
            "Training stopped while dev F1 still rose",
            f"From {points(f1[-2][1])} to {points(f1[-1][1])} at the last evaluation.",
            longer,
        )
    elif len(f1) == 1:
        yield finding(
            "Training was scored on dev only once",
            f"F1 {points(f1[0][1])} after {f1[0][0]:,} steps: nothing says that it was at its best by then.",
            longer,
        )


def _overfitted(report: Numbers) -> Iterator[Finding]:
    loss = report["curves"].get("dev/loss", [])
    if len(loss) >= 3 and loss[-1][1] > 1.1 * min(value for _, value in loss):
        yield finding(
            "Dev loss rises again",
            f"It was {min(value for _, value in loss):.3f} at best and is {loss[-1][1]:.3f} at the end: the model "
            "becomes sure of its errors.",
            "Fewer epochs, model.dropout=0.2, loss=label_smoothing, or more data.",
        )


def _doubtful(report: Numbers) -> Iterator[Finding]:
    if report["scores"]["all"]["f1"] < JUDGE:
        return
    suspects = (report["label_errors"] or {"ranked": []})["ranked"]
    number = sum(row["probability"] < DOUBTFUL for row in suspects)
    if number >= 3:
        more = " or more" if number == len(suspects) else ""
        yield finding(
            f"Some may be annotation errors: {number}{more} gold entities of a probability below {percent(DOUBTFUL)}",
            "They stand under “Likely label errors” with both readings.",
            "Read them before you change the model; a wrong gold label costs twice, in training and in scoring. "
            "ner-lab data errors run=RUN folds=5 looks at the training data, too.",
        )


def _unseen(report: Numbers) -> Iterator[Finding]:
    groups = {row["group"]: row for row in report["breakdowns"].get("seen in training", {}).get("groups", [])}
    seen, unseen = groups.get("seen as this type"), groups.get("unseen")
    if seen and unseen and min(seen["gold"], unseen["gold"]) >= FEW and seen["recall"] - unseen["recall"] > 0.05:
        yield finding(
            f"Entities unseen in training are found less often: {percent(unseen['recall'])} of them, against "
            f"{percent(seen['recall'])}",
            f"{percent(unseen['gold'] / report['scores']['all']['gold'])} of the gold entities here are such names.",
            "The model relies on names that it has seen. More distinct names help, more of the same do not; a larger "
            "encoder knows more of them to begin with.",
        )


def _sureness(report: Numbers) -> Iterator[Finding]:
    confidence = report["confidence"]
    if confidence is None or report["scores"]["all"]["predicted"] < FEW:
        return
    gap = _beyond_chance(confidence["gap"])
    best = max(confidence["thresholds"], key=lambda row: row["f1"])
    advise = "Compare confidences with each other, do not read them as probabilities."
    if abs(gap) <= GAP:
        advise = "Its confidences can be read as probabilities."
    if temperature := confidence["temperature"]:
        change = temperature["entities"]
        if _beyond_chance(change["gain"]) > 0 and change["after"] < change["before"]:
            side, what = ("above", "over") if change["temperature"] > 1 else ("below", "under")
            advise = (
                f"ner-lab predict calibrates by dev, where the model is {what}-confident (temperature "
                f"{change['temperature']:.2f}, {side} 1): that brings the calibration error here from "
                f"{change['before']:.3f} to {change['after']:.3f}."
            )
        elif change["temperature"] != 1:
            advise += (
                f" ner-lab predict calibrates by dev (temperature {change['temperature']:.2f}), which does not help "
                f"here beyond chance (calibration error {change['before']:.3f}, with it {change['after']:.3f}; "
                "calibrated=false leaves confidences as they are)."
            )
    if best["threshold"] > 0 and best["f1"] - report["scores"]["all"]["f1"] > 0.002:
        advise += f" With ner-lab predict threshold={best['threshold']:g}, F1 is {points(best['f1'])}."
    how = "over-confident" if gap > GAP else "under-confident" if gap < -GAP else "well calibrated on average"
    yield finding(
        f"The model is {how}",
        f"Of the entities it predicts {percent(confidence['precision'])} are right; it gave them "
        f"{percent(confidence['mean_confidence'])} on average.",
        advise,
    )


def _beyond_chance(found: Numbers) -> float:
    """A mean, or 0 where its interval holds 0."""
    if found["interval"] is None or found["interval"][0] <= 0 <= found["interval"][1]:
        return 0.0
    return float(found["value"])


def _broken_tags(report: Numbers) -> Iterator[Finding]:
    default, strict = (report["audit"][name]["f1"] for name in ("seqeval default", "seqeval strict"))
    broken = sum(report["violations"].values())
    if broken and abs(default - strict) >= 0.002:
        yield finding(
            f"Which F1? {points(default)} by seqeval's default mode, {points(strict)} by its strict mode",
            f"{broken:,} predicted tags continue an entity that has not begun (I-X behind O). Say which mode you mean "
            "when you compare with others.",
            "model/head=crf or model.head.decode=viterbi never produce such tags."
            if "words alone" in facts(report)
            else "Tags as they were decoded, so the decoder lets them pass.",
            scheme=1,
        )


def _gap(report: Numbers) -> Iterator[Finding]:
    split, metrics = report["source"]["split"], report["metrics"]
    if split == "dev" or not metrics or "dev" not in metrics:
        return
    dev, here = metrics["dev"]["f1"], report["scores"]["all"]
    if dev > here["intervals"]["f1"][1] + 0.01:
        yield finding(
            f"{split} is harder than dev: F1 {points(here['f1'])} against {points(dev)}",
            "More than the interval explains.",
            f"{split} differs from dev (other names, other texts), or dev was used for too many choices.",
        )


# In the order in which they are shown.
REST = (_doubtful, _unseen, _sureness, _broken_tags, _overfitted, _gap)
