"""The tables of a comparison as Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ner_lab.report.compare import across_tables, metric, tables, tuned_tables
from ner_lab.report.compare.results import Results
from ner_lab.report.compare.tuned_results import Tuned
from ner_lab.report.markdown import escaped, table
from ner_lab.types.printing import shown

METHOD = (
    "Seeds and test documents as crossed random effects on jackknife influences; t with Satterthwaite's degrees of "
    "freedom; where no documents are known, blocks of consecutive sentences stand for them; Holm's correction over all "
    "tests of this comparison, on all test sets; intervals of one difference at a time. "
    "Seeds to detect 0.5: of each system, for half a point at 80 % power (10 to 90 % range)."
)
OVER_CORPORA = (
    "Random effects over corpora (Paule-Mandel, Hartung-Knapp); Holm's correction over these and all pairs of single "
    "corpora; Wilcoxon's signed-rank test with Holm's correction over its pairs; Bayesian signed-rank test."
)


def as_markdown(results: Results) -> str:
    parts = []
    for one in results.test_sets:
        parts += [f"## {escaped(tables.describe(one))}", _markdown_table(*tables.system_rows(one, results.metric))]
        if one.pairs:
            parts += [_markdown_table(*tables.pair_rows(one.pairs))]
            parts += ["\n".join(f"- {escaped(pair.sentence)}" for pair in one.pairs)]
        if (note := tables.power_note(one)) is not None:
            parts.append(escaped(note))
        parts += [f"> Note: {escaped(remark)}" for remark in one.remarks]
    for tuned in results.tuned:
        parts += [f"## {escaped(tuned_tables.describe(tuned))}"]
        parts += [_markdown_table(*rows) for rows in _of_tuned(tuned, results.metric)]
        parts += ["\n".join(f"- {escaped(pair.sentence)}" for pair in tuned.pairs)]
        parts += [f"> Note: {escaped(remark)}" for remark in tuned.remarks]
    if (across := results.across) is not None:
        rows = across_tables.rank_rows(across, metric.name(results.metric))
        parts += [f"## {escaped(across_tables.describe(across))}", _markdown_table(*rows)]
        parts += [_markdown_table(*across_tables.pair_rows(across))]
        parts += ["\n".join(f"- {escaped(pair.sentence)}" for pair in across.pairs)]
        parts += [f"> Note: {escaped(remark)}" for remark in across.remarks]
    if results.left_out:
        parts.append("Left out:\n\n" + "\n".join(f"- {escaped(f'{p}: {why}')}" for p, why in results.left_out))
    return "\n\n".join(parts) + "\n"


# What makes markup or links of a text anywhere in it, or a list, a rule or a heading at its beginning.


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(head, rows, tables.WORDS)


def as_latex(results: Results) -> str:
    r"""Tables for a paper; they need `\usepackage{booktabs}`. The best mean of each column of scores is bold."""
    parts = []
    for one in results.test_sets:
        head, rows = tables.system_rows(one, results.metric)
        scores = [2, *range(tables.BEFORE_TYPES, tables.BEFORE_TYPES + len(one.types))]
        best = {column: max(float(row[column]) for row in rows) for column in scores}
        best = {column: most for column, most in best.items() if any(float(row[column]) < most for row in rows)}
        cells = [
            [
                rf"\textbf{{{_latex(cell)}}}" if column in best and float(cell) == best[column] else _latex(cell)
                for column, cell in enumerate(row)
            ]
            for row in rows
        ]
        parts.append(f"% {shown(' '.join(tables.describe(one).split()))}\n" + _latex_table(head, cells))
        if one.pairs:
            pair_head, pairs = tables.pair_rows(one.pairs)
            parts.append(f"% {METHOD}\n" + _latex_table(pair_head, [[_latex(cell) for cell in row] for row in pairs]))
    for tuned in results.tuned:
        parts.append(f"% {shown(' '.join(tuned_tables.describe(tuned).split()))}")
        for columns, found in _of_tuned(tuned, results.metric):
            parts.append(_latex_table(columns, [[_latex(cell) for cell in row] for row in found]))
    if (across := results.across) is not None:
        rank_head, ranked = across_tables.rank_rows(across, metric.name(results.metric))
        pair_head, pairs = across_tables.pair_rows(across)
        parts.append(
            f"% {shown(' '.join(across_tables.describe(across).split()))}\n"
            + _latex_table(rank_head, [[_latex(cell) for cell in row] for row in ranked])
        )
        parts.append(f"% {OVER_CORPORA}\n" + _latex_table(pair_head, [[_latex(cell) for cell in row] for row in pairs]))
    return "\n".join(parts)


def _of_tuned(one: Tuned, metric_name: str) -> list[tuple[list[str], list[list[str]]]]:
    name = metric.name(metric_name)
    return [tuned_tables.system_rows(one, name), tuned_tables.curve_rows(one, name), tuned_tables.pair_rows(one)]


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "[": "{[}", "]": "{]}", "*": "{*}",  # `\\\\` at the end of the line before would take them for its arguments
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$", "\N{MINUS SIGN}": r"$-$",
    "\N{INFINITY}": r"$\infty$",
}  # fmt: skip


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in shown(" ".join(text.split())))


def _latex_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    columns = "".join("l" if name in tables.WORDS or not place else "r" for place, name in enumerate(head))
    body = "\n".join(f"{' & '.join(row)} \\\\" for row in rows)
    title = " & ".join(_latex(cell) for cell in head)
    return (
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{title} \\\\\n\\midrule\n{body}\n\\bottomrule\n\\end{{tabular}}\n"
    )
