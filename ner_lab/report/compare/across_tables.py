"""A comparison over corpora in tables and lines, for people: scores in percent, differences in points."""

from __future__ import annotations

from ner_lab.report.compare import tables, verdict
from ner_lab.report.compare.across_results import Across, CorporaPair


def describe(across: Across) -> str:
    """In a line: what was compared, and what Friedman's test says."""
    count = len(across.corpora)
    said = f"over {count} corp{'us' if count == 1 else 'ora'}: {', '.join(across.corpora)}"
    if across.friedman is None:
        return said
    return f"{said}; Friedman: chi-squared {across.friedman.statistic:.2f}, {verdict.p_text(across.friedman.p)}"


def rank_rows(across: Across, metric_name: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table of systems, the best mean rank first."""
    rows = [
        [label, f"{rank:.2f}", tables.percent(mean)]
        for label, rank, mean in zip(across.systems, across.mean_ranks, across.means, strict=True)
    ]
    return ["system", "mean rank", f"mean {metric_name}"], rows


def pair_rows(across: Across) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table of pairs."""
    region = f"{100 * across.rope:g}"
    same = tables.same_head([pair.claim for pair in across.pairs])
    head = [
        "A", "B", "pooled A \N{MINUS SIGN} B", "95 % interval", "p", "p (Holm)", *same, "sd over corpora", "ahead on",
        "Wilcoxon p", "(Holm)", "P(A better)", f"P(within {region})", "P(B better)", "verdict",
    ]  # fmt: skip
    return head, [_row(pair, len(same)) for pair in across.pairs]


def _row(pair: CorporaPair, same: int) -> list[str]:
    found, claim = pair.found, pair.claim
    pooled = [verdict.points(pair.value) + " (mean)", *[""] * (4 + same)]
    if found is not None and claim is not None:
        interval = f"{verdict.points(found.low)} to {verdict.points(found.high)}"
        p = [tables.p_cell(claim.p), tables.p_cell(claim.p_holm), *[tables.p_cell(claim.p_equivalent_holm)] * same]
        pooled = [verdict.points(found.value), interval, *p, f"{100 * found.tau:.2f}"]
    ahead = f"{sum(value > 0 for value in pair.values)} : {sum(value < 0 for value in pair.values)}"
    posterior = [""] * 3 if pair.posterior is None else [f"{part:.3f}" for part in vars(pair.posterior).values()]
    ranked = [tables.p_cell(pair.wilcoxon), tables.p_cell(pair.wilcoxon_holm)]
    return [pair.a, pair.b, *pooled, ahead, *ranked, *posterior, pair.verdict]


def diagram(across: Across, width: int = 48) -> list[str]:
    """The critical-difference diagram as text: a mark at each mean rank, and a column for each bar that joins systems
    which are not told apart."""
    most = max(len(across.systems), 2)
    name = max(len(label) for label in across.systems)
    place = {at: round((rank - 1) / (most - 1) * (width - 1)) for at, rank in enumerate(across.mean_ranks)}
    scale = ""
    for rank in range(1, most + 1):
        at = round((rank - 1) / (most - 1) * (width - 1))
        if at >= len(scale) + bool(scale):  # room for the number and a blank before it
            scale = f"{scale:<{at}}{rank}"
    lines = [f"{'mean rank':<{name + 6}}  {scale}"]
    for at, label in enumerate(across.systems):
        line = ["·"] * width
        line[place[at]] = "●"
        bars = " ".join(" │"[first <= at <= last] for first, last in across.bars)
        lines.append(f"{label:<{name}} {across.mean_ranks[at]:5.2f}  {''.join(line)}  {bars}".rstrip())
    if across.bars:
        lines.append(f"│ joins systems that {across.told_apart_by} does not tell apart")
    return lines
