"""A comparison as one HTML page that needs nothing else: no script, no font and no picture from anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from ner_lab.report.compare import across_tables, figures, metric, tables, tuned_tables, verdict
from ner_lab.report.compare.across_results import Across, CorporaPair
from ner_lab.report.compare.rank_diagram import rank_diagram
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.tuned_results import Tuned, TunedPair
from ner_lab.report.markup import Html, join, policy, section, table, tag

MANY = 28  # verdicts: more are folded
# All of it below one class, so that the page can stand in a notebook.
STYLE = """
.ner-lab { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --fg: #1b2430; --muted: #5b6675; --line: #dde2e8;
  box-sizing: border-box; margin: 0 auto; max-width: 72rem; padding: 1.25rem; background: var(--bg); color: var(--fg);
  font: 16px/1.55 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  .ner-lab { --bg: #12161c; --card: #1a2029; --fg: #e6eaf0; --muted: #9aa6b5; --line: #2d3642; } }
.ner-lab * { box-sizing: border-box; }
.ner-lab h1 { font-size: 1.5rem; margin: 0; }
.ner-lab h2 { font-size: 1.2rem; margin: 0 0 .6rem; overflow-wrap: anywhere; }
.ner-lab section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem;
  margin: 1.1rem 0; }
.ner-lab .scroll { overflow-x: auto; margin: .8rem 0; }
.ner-lab table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.ner-lab th, .ner-lab td { padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: left;
  font-weight: 400; }
.ner-lab thead th { color: var(--muted); font-size: .9rem; }
.ner-lab .number { text-align: right; white-space: nowrap; }
.ner-lab figure { margin: 1rem 0; overflow-x: auto; }
.ner-lab figure svg { max-width: 100%; height: auto; border-radius: 6px; }
.ner-lab p, .ner-lab li { max-width: 80ch; overflow-wrap: anywhere; }
.ner-lab .note { color: var(--muted); }
.ner-lab .caution { border-left: 3px solid #c77700; padding-left: .8rem; }
"""
METHOD = """
Scores are of saved predictions. The difference between two systems is tested with both sources of chance, seeds and
test documents, as crossed random effects on the jackknife influences of the score; t with Satterthwaite's degrees of
freedom, documents counted by their effective number; Holm's correction over all that this comparison tests, on all
test sets together; two one-sided tests for equivalence. Both are paired by document, and by seed where both have the
same seeds. Intervals are 95 %, of one difference at a time. Where no documents are known, sentences in file order stand
for them; how far they depend on each other is estimated from the spectrum of their influences, and t has the degrees of
freedom of that estimate. Tests with three seeds call up to {three:.1f} % of the differences that are none significant
at p < 0.05, with four up to {four:.1f} %;
with fewer there is no verdict.
"""
OVER_CORPORA = """
Over corpora: the pooled difference has random effects of corpora (Paule-Mandel, Hartung-Knapp), the error of each
corpus being that of its seeds and documents, and is among the tests that Holm's correction counts; Wilcoxon's
signed-rank test has Holm's correction over its own pairs.
"""
AFTER_TUNING = """
Scores are those that metrics.json has. The units are trials, taken as drawn at random: the best of k of them is the
mean over all choices of k, its error that of the delete-one jackknife over trials, and t has Welch's degrees of
freedom; test documents are not drawn anew. Holm's correction over all pairs on all corpora; two one-sided tests for
equivalence. Intervals are 95 %, of one estimate or difference at a time.
"""


def as_html(results: Results) -> str:
    """The page; all text from runs is escaped."""
    style = f":root {{ color-scheme: light dark; }}{STYLE}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{policy(style)}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{tag('title', f'{results.metric} on {results.split}')}<style>{style}</style></head>"
        f'<body class="ner-lab">{_content(results)}</body></html>\n'
    )


def as_fragment(results: Results) -> str:
    """The same for the inside of another page, whose styles it leaves as they are."""
    return f'<style>{STYLE}</style><div class="ner-lab">{_content(results)}</div>'


def _content(results: Results) -> Html:
    left_out = [f"{path}: {reason}" for path, reason in results.left_out]
    labels = {system.label for one in results.test_sets for system in one.systems}
    labels |= {system.label for tuned in results.tuned for system in tuned.systems}
    body = [
        tag("h1", f"{metric.name(results.metric)} of {len(labels)} system{'s' * (len(labels) != 1)}"),
        *([_across(results.across, metric.name(results.metric))] if results.across else []),
        *(_tuned(one, metric.name(results.metric), number) for number, one in enumerate(results.tuned)),
        *(_section(one, results.metric, number) for number, one in enumerate(results.test_sets)),
    ]
    if left_out:
        body.append(section("left-out", "Left out", tag("ul", join(tag("li", line) for line in left_out))))
    body.append(
        section(
            "method",
            "Method",
            tag(
                "p",
                " ".join(_method(results).split()),
                class_="note",
            ),
        )
    )
    return join(body)


def _method(results: Results) -> str:
    if results.tuned:
        return AFTER_TUNING
    tests = METHOD.format(three=100 * verdict.FALSE[3], four=100 * verdict.FALSE[4])
    return tests + OVER_CORPORA if results.across else tests


def _across(across: Across, metric_name: str) -> Html:
    head, rows = across_tables.pair_rows(across)
    # Two tables, since one would be too wide: what is pooled with the verdict, and what is ranked.
    first, last = head.index("ahead on"), len(head) - 1
    pooled = [[*row[:2], row[last], *row[2:first]] for row in (head, *rows)]
    ranked = [[*row[:2], *row[first:last]] for row in (head, *rows)]
    return section(
        "across",
        f"{across_tables.describe(across)[0].upper()}{across_tables.describe(across)[1:]}",
        join(tag("p", remark, class_="caution") for remark in across.remarks),
        table(*across_tables.rank_rows(across, metric_name), "ranks"),
        tag("figure", Html(rank_diagram(across, metric_name))),
        _sentences(across.pairs),
        table(pooled[0], pooled[1:], "pooled differences", words=3) if rows else "",
        table(ranked[0], ranked[1:], "signed ranks", words=2) if rows else "",
    )


def _tuned(one: Tuned, metric_name: str, number: int) -> Html:
    head, rows = tuned_tables.pair_rows(one)
    ordered = [[row[at] for at in (0, 1, len(head) - 1, *range(2, len(head) - 1))] for row in (head, *rows)]
    return section(
        f"tuned-{number}",
        tuned_tables.describe(one),
        join(tag("p", remark, class_="caution") for remark in one.remarks),
        table(*tuned_tables.system_rows(one, metric_name), "systems after tuning"),
        tag("figure", Html(tuned_tables.figure(one, metric_name))),
        table(*tuned_tables.curve_rows(one, metric_name), "expected best of so many trials"),
        _sentences(one.pairs),
        table(ordered[0], ordered[1:], "pairs after tuning", words=3) if rows else "",
    )


def _section(one: TestSet, metric_name: str, number: int) -> Html:
    pictures = figures.drawn(one, metric_name)
    note = tables.power_note(one)
    runs = [
        [system.label, str(run.path), tables.percent(score)]
        for system in one.systems
        for run, score in zip(system.runs, system.scores, strict=True)
    ]
    return section(
        f"test-set-{number}",
        tables.title(one),
        tag("p", f"{str(one.units)[0].upper()}{str(one.units)[1:]}.", class_="note"),
        join(tag("p", remark, class_="caution") for remark in one.remarks),
        table(*tables.system_rows(one, metric_name), "scores"),
        _sentences(one.pairs),
        tag("p", note) if note else "",
        join(tag("figure", Html(picture)) for picture in pictures.values()),
        _pairs(one.pairs),
        tag("details", tag("summary", f"{len(runs)} runs"), table(["", "run", "score"], runs, "runs", words=2)),
    )


def _sentences(pairs: Sequence[Pair] | Sequence[CorporaPair] | Sequence[TunedPair]) -> Html:
    """The verdicts, folded where there are very many."""
    listed = tag("ul", join(tag("li", pair.sentence) for pair in pairs)) if pairs else Html()
    return tag("details", tag("summary", f"{len(pairs)} verdicts"), listed) if len(pairs) > MANY else listed


def _pairs(pairs: Sequence[Pair]) -> Html:
    head, rows = tables.pair_rows(pairs)
    # Words to the left, numbers to the right: the verdict goes behind the names.
    order = [0, 1, len(head) - 1, *range(2, len(head) - 1)]
    ordered = [[row[at] for at in order] for row in (head, *rows)]
    return table(ordered[0], ordered[1:], "pairs", words=3) if pairs else Html()
