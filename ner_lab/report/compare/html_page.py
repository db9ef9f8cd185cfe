"""A comparison as one HTML page that needs nothing else: no script, no font and no picture from anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from ner_lab.report.compare import across_tables, figures, metric, tables, tuned_tables, verdict
from ner_lab.report.compare.across_results import Across, CorporaPair
from ner_lab.report.compare.page_style import GROUND, STYLE
from ner_lab.report.compare.rank_diagram import rank_diagram
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.tuned_results import Tuned, TunedPair
from ner_lab.report.markup import Html, join, policy, section, table, tag

MANY = 28  # pairs: more are folded
WIDEST = 140  # characters of a table
FACING = "A \N{MINUS SIGN} B"
Pairs = Sequence[Pair] | Sequence[CorporaPair] | Sequence[TunedPair]
METHOD = """
Scores are of saved predictions. The difference between two systems is tested with both sources of chance, seeds and
test documents, as crossed random effects on the jackknife influences of the score; t with Satterthwaite's degrees of
freedom, documents counted by their effective number; Holm's correction over all that this comparison tests, on all
test sets together; two one-sided tests for equivalence. Both are paired by document, and by seed where both have the
same seeds. Intervals are 95 %, of one difference at a time. Where no documents are known, sentences in file order stand
for them; how far they depend on each other is estimated from the spectrum of their influences, and t has the degrees of
freedom of that estimate. In simulations up to {three:.1f} % of pairs of equal systems came out as different at p < 0.05
with three seeds, up to {four:.1f} % with four; with fewer there is no verdict.
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
    style = f"{STYLE}{GROUND}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{policy(style)}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"{tag('title', f'NER comparison: {_title(results)}')}<style>{style}</style></head>"
        f'<body><div class="ner-lab">{_content(results)}<footer>Made by ner-lab compare. It needs no network.</footer>'
        "</div></body></html>\n"
    )


def _title(results: Results) -> str:
    """`F1 of 3 systems on wnut17 test`, or how many test sets there are."""
    labels = {system.label for one in results.test_sets for system in one.systems}
    labels |= {system.label for tuned in results.tuned for system in tuned.systems}
    places = [one.name for one in results.test_sets] + [one.corpus for one in results.tuned]
    place = places[0] if len(places) == 1 else f"{len(places)} {'corpora' if results.tuned else 'test sets'}"
    return f"{metric.name(results.metric)} of {len(labels)} system{'s' * (len(labels) != 1)} on {place}"


def as_fragment(results: Results) -> str:
    """The same for the inside of another page, whose styles it leaves as they are."""
    return f'<style>{STYLE}</style><div class="ner-lab">{_content(results)}</div>'


def _content(results: Results) -> Html:
    left_out = [f"{path}: {reason}" for path, reason in results.left_out]
    body = [
        tag("h1", _title(results)),
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
    first = head.index("ahead on")
    pooled = _facing([*head[:2], "pooled", *head[3:first], head[-1]], [[*r[:first], r[-1]] for r in rows], across.pairs)
    ranked = [[f"{row[0]} \N{MINUS SIGN} {row[1]}", *row[first:-1]] for row in rows]
    return section(
        "across",
        f"{across_tables.describe(across)[0].upper()}{across_tables.describe(across)[1:]}",
        join(tag("p", remark, class_="caution") for remark in across.remarks),
        table(*across_tables.rank_rows(across, metric_name), "ranks"),
        tag("figure", Html(rank_diagram(across, metric_name))),
        _sentences(across.pairs),
        _pairs(*pooled, "pooled differences"),
        _pairs([FACING, *head[first:-1]], ranked, "signed ranks", words=1),
    )


def _tuned(one: Tuned, metric_name: str, number: int) -> Html:
    return section(
        f"tuned-{number}",
        tuned_tables.describe(one),
        join(tag("p", remark, class_="caution") for remark in one.remarks),
        table(*tuned_tables.system_rows(one, metric_name), "systems after tuning"),
        tag("figure", Html(tuned_tables.figure(one, metric_name))),
        table(*tuned_tables.curve_rows(one, metric_name), "expected best of so many trials"),
        _sentences(one.pairs),
        _pairs(*_facing(*tuned_tables.pair_rows(one), one.pairs), "pairs after tuning"),
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
        *(table(*part, "scores") for part in tables.parts(one, metric_name, WIDEST)),
        _sentences(one.pairs),
        tag("p", note) if note else "",
        *(
            _folded(tag("figure", Html(picture)), len(one.pairs) * (name == "differences"), "picture of differences")
            for name, picture in pictures.items()
        ),
        _pairs(*_facing(*tables.pair_rows(one.pairs), one.pairs), "differences"),
        tag("details", tag("summary", f"{len(runs)} runs"), table(["", "run", "score"], runs, "runs", words=2)),
    )


def _sentences(pairs: Pairs) -> Html:
    """The verdicts; of very many their numbers."""
    listed = tag("ul", join(tag("li", pair.sentence) for pair in pairs)) if pairs else Html()
    if len(pairs) <= MANY:
        return listed
    return join(
        [
            tag("p", verdict.counted([pair.claim for pair in pairs])),
            tag("details", tag("summary", f"Verdicts on all {len(pairs)} pairs"), listed),
        ]
    )


def _pairs(head: Sequence[str], rows: Sequence[Sequence[str]], name: str, words: int = 2) -> Html:
    """The table of pairs, if there are any."""
    return _folded(table(head, rows, name, words), len(rows), name) if rows else Html()


def _folded(content: Html, number: int, name: str) -> Html:
    """What is told of so many pairs, folded where they are very many."""
    if number <= MANY:
        return content
    return tag("details", tag("summary", f"{name[0].upper()}{name[1:]} of all {number} pairs"), content)


def _facing(head: Sequence[str], rows: Sequence[Sequence[str]], pairs: Pairs) -> tuple[list[str], list[list[str]]]:
    """A table of pairs with both systems in one column, and the verdict behind them: `A better`."""
    letters = [_in_letters(pair) for pair in pairs]
    return [FACING, head[-1], *("difference" if name == FACING else name for name in head[2:-1])], [
        [f"{row[0]} \N{MINUS SIGN} {row[1]}", said, *row[2:-1]] for row, said in zip(rows, letters, strict=True)
    ]


def _in_letters(pair: Pair | CorporaPair | TunedPair) -> str:
    if pair.claim is None:
        return pair.verdict
    return verdict.short("A", "B", pair.claim, pair.seeds if isinstance(pair, Pair) else verdict.ENOUGH)
