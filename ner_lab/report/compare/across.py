"""Systems compared over corpora: ranks, signed ranks, and a pooled difference, with what each allows to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ner_lab.report.compare import ranks, verdict
from ner_lab.report.compare.across_results import NO_TEST, Across, CorporaPair
from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.corpora import Table
from ner_lab.report.compare.pairs import Couple
from ner_lab.report.compare.pooled import Pooled, pool
from ner_lab.report.compare.signed_rank import ROPE, signed_rank
from ner_lab.report.compare.significance import holm

FEWEST = 5  # corpora: below it nothing is tested (Wilcoxon's test cannot even get below 0.06 with five)


def over(table: Table, compared: Sequence[Sequence[Couple]], baseline: str | None, margin: float | None) -> Across:
    """Everything but the claims, which need all tests of the command; see `with_claims`.

    Args:
        table: of corpora and systems.
        compared: the pairs of every test set.
        baseline: the system that others are compared with; None compares all pairs.
        margin: of equivalence, which is the region of practical equivalence, too.
    """
    systems, scores_CS, corpora = table.systems, table.scores_CS, len(table.corpora)
    ranked_S = ranks.ranks(scores_CS).mean(0)
    tested, rope = corpora >= FEWEST, margin or ROPE
    friedman = ranks.friedman(scores_CS) if tested else None
    p = {(i, j): ranks.wilcoxon(scores_CS[:, i], scores_CS[:, j]) for i, j in combinations(range(len(systems)), 2)}
    chosen = [(i, j) for i, j in p if baseline is None or baseline in (systems[i], systems[j])]
    among = dict(zip(chosen, holm([p[pair] for pair in chosen]), strict=True))
    pairs = []
    for i, j in chosen:
        a, b = (systems[j], systems[i]) if systems[i] == baseline else (systems[i], systems[j])
        pair = _pair(table, compared, a, b)
        if tested:
            posterior = signed_rank(np.array(pair.values), rope)
            pair = replace(pair, wilcoxon=p[i, j], wilcoxon_holm=among[i, j], posterior=posterior)
        pairs.append(pair)
    # All pairs for the diagram, whatever the baseline. Which test tells them apart must not depend on the scores.
    in_reach = _least(corpora) * len(p) < ranks.LEVEL or len(systems) < 3
    critical = None if in_reach else ranks.nemenyi(len(systems), corpora)
    corrected = dict(zip(p, holm([*p.values()]), strict=True))
    different = np.zeros((len(systems), len(systems)), bool)
    for i, j in p:
        apart = corrected[i, j] < ranks.LEVEL if critical is None else ranked_S[j] - ranked_S[i] > critical
        different[i, j] = different[j, i] = apart and (friedman is None or friedman.p < ranks.LEVEL)
    return Across(
        corpora=tuple(corpus.name for corpus in table.corpora),
        systems=systems,
        mean_ranks=tuple(ranked_S.tolist()),
        means=tuple(scores_CS.mean(0).tolist()),
        friedman=friedman,
        bars=ranks.groups(ranked_S.tolist(), different) if tested else (),
        critical_difference=critical if tested else None,
        rope=rope,
        pairs=tuple(pairs),
        remarks=(*table.remarks, *_remarks(corpora, len(chosen), critical is not None)),
    )


def _least(corpora: int) -> float:
    """The smallest p that Wilcoxon's test can give."""
    return 2 * 0.5**corpora


def _remarks(corpora: int, pairs: int, nemenyi: bool) -> list[str]:
    if corpora < FEWEST:
        there = f"{corpora} {'corpus is' if corpora == 1 else 'corpora are'}"
        return [f"{there} too few for a test: at least {FEWEST} are needed"]
    least = _least(corpora)
    also = "; the bars of the diagram are those of Nemenyi's test" if nemenyi else ""
    if least * pairs >= ranks.LEVEL:
        return [
            f"with {corpora} corpora Wilcoxon's test cannot give less than p = {least:.3f}, "
            f"{min(1.0, least * pairs):.3f} after Holm's correction for {pairs} pair{'s' * (pairs != 1)}: no "
            f"difference can be significant, whatever the scores{also}"
        ]
    return []


def pooled(table: Table, compared: Sequence[Sequence[Couple]], a: str, b: str) -> Pooled | None:
    """The difference of two systems over all corpora; None where too few corpora, seeds or documents tell it."""
    return _pair(table, compared, a, b).found


def _pair(table: Table, compared: Sequence[Sequence[Couple]], a: str, b: str) -> CorporaPair:
    found = [corpus.difference(a, b, compared) for corpus in table.corpora]
    values = np.array([value for value, _ in found])
    known = np.array([variance for _, variance in found if variance is not None])
    unknown = tuple(corpus.name for corpus, (_, v) in zip(table.corpora, found, strict=True) if v is None)
    together = pool(values, known) if len(table.corpora) >= FEWEST and not unknown else None
    return CorporaPair(a, b, float(values.mean()), tuple(values.tolist()), together, unknown_on=unknown)


def with_claims(across: Across, claims: Sequence[Claim], metric_name: str) -> Across:
    """With a verdict on every pair; `claims` are those of the pairs that have a pooled difference, in order."""
    left = iter(claims)
    return replace(
        across,
        pairs=tuple(
            _judged(pair, None if pair.found is None else next(left), metric_name, len(across.corpora), across.rope)
            for pair in across.pairs
        ),
    )


def _judged(pair: CorporaPair, claim: Claim | None, metric_name: str, corpora: int, rope: float) -> CorporaPair:
    a, b = pair.a, pair.b
    on = f"over {corpora} corp{'us' if corpora == 1 else 'ora'}"
    ahead = {a: sum(value > 0 for value in pair.values), b: sum(value < 0 for value in pair.values)}
    wins = f"Corpora on which each is ahead: {', '.join(f'{label} {count}' for label, count in ahead.items())}"
    if pair.posterior is None:
        text = (
            f"{on.capitalize()} {a} \N{MINUS SIGN} {b} is {verdict.points(pair.value)} points of {metric_name}. {wins}."
        )
        return replace(pair, verdict=NO_TEST, sentence=text)
    first, same, second = (f"{100 * part:.0f} %" for part in vars(pair.posterior).values())
    signed = (
        f"{wins} (Wilcoxon {verdict.p_text(pair.wilcoxon or 0)}, {verdict.p_text(pair.wilcoxon_holm or 0)} after "
        f"Holm's correction); Bayesian signed-rank: {a} better {first}, within {verdict.margin_text(rope)} {same}, "
        f"{b} better {second}."
    )
    if claim is None or pair.found is None:
        unknown = f"{', '.join(pair.unknown_on[:6])}{' and more' * (len(pair.unknown_on) > 6)}"
        value = f"{a} \N{MINUS SIGN} {b} is {verdict.points(pair.value)} points of {metric_name}"
        needed = f"at least {verdict.LEAST} seeds of each and more than one document are needed on {unknown}"
        text = f"{on.capitalize()} {value}, without an interval: {needed}."
        return replace(pair, verdict=verdict.NOT_KNOWN, sentence=f"{text} {signed}")
    said = verdict.tested(a, b, metric_name, (pair.found.low, pair.found.high), claim).replace(
        "Not known", "not known", 1
    )
    return replace(
        pair,
        claim=claim,
        verdict=verdict.short(a, b, claim, verdict.ENOUGH),
        sentence=f"{on.capitalize()}: {said} {signed}",
    )
