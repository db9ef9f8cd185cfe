"""Which sentences are train, dev and test: cut by ratio, dealt into folds, or a part of train; all of it seeded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from ner_lab.tags import to_spans
from ner_lab.types import Sentence, UserError

UNITS = ("auto", "document", "sentence")


def prepare_splits(
    found: Mapping[str, Sequence[Sentence]], ratio: float = 0.8, seed: int = 0, by: str = "auto"
) -> tuple[dict[str, list[Sentence]], list[str]]:
    """Train, dev and test of a corpus that may lack some of them, by document, with every entity type in its share.

    What is missing is cut from `train` (or `all`): `ratio` of it stays training data, the rest is divided evenly among
    the missing splits. Given dev and test splits are returned as they are.

    Args:
        found: split name (`train` or `all`, `dev`, `test`) -> sentences.
        ratio: share of the sentences that stay in train, above 0 and below 1.
        seed: decides the cut.
        by: what is never cut: `document`, `sentence`, or `auto`: documents if the corpus names two or more.

    Returns:
        The splits, and lines for the user: how it was cut and why so, then size and entities by type of each split.

    Raises:
        UserError: a parameter out of range, nothing to cut from, or fewer documents (sentences) than splits to make.
    """
    if not 0 < ratio < 1:
        raise UserError(f"data.ratio is the share of training sentences, above 0 and below 1; got {ratio}")
    if by not in UNITS:
        raise UserError(f"data.by is one of {', '.join(UNITS)}; got {by!r}")
    given = {name: list(sentences) for name, sentences in found.items() if sentences}
    sources = [name for name in ("train", "all") if name in given]
    if len(sources) != 1:
        raise UserError(f"splits are cut from one split named train or all; got {', '.join(found) or 'nothing'}")
    missing = [name for name in ("dev", "test") if name not in given]
    source = given[sources[0]]
    unit, why = _unit(source, by)
    shares = {"train": ratio, **{name: (1 - ratio) / len(missing) for name in missing}}
    cut = _cut(source, shares, seed, unit) if missing else {}
    whole = {**given, "train": source, **cut}
    splits = {name: whole[name] for name in ("train", "dev", "test")}
    report = [
        f"cut {' and '.join(missing)} from {sources[0]} by {unit} ({why}), ratio {ratio}, seed {seed}"
        if missing
        else "train, dev and test were given, nothing was cut",
        *(f"{name}{'' if name in cut else ' (given)'}: {_sizes(rows)}" for name, rows in splits.items()),
    ]
    return splits, report


def _unit(sentences: Sequence[Sentence], by: str) -> tuple[str, str]:
    documents = len({sentence.document for sentence in sentences} - {""})
    if by != "auto":
        return by, f"data.by={by}"
    if documents >= 2:
        return "document", f"the corpus names {documents} documents"
    return "sentence", "the corpus names no two documents, so sentences of one text may stand on both sides of a cut"


def _cut(sentences: Sequence[Sentence], shares: Mapping[str, float], seed: int, unit: str) -> dict[str, list[Sentence]]:
    """The sentences of each split, in corpus order."""
    groups: dict[str | int, list[int]] = {}
    for index, sentence in enumerate(sentences):
        groups.setdefault(sentence.document if unit == "document" else index, []).append(index)
    units = list(groups.values())
    if len(units) < len(shares):
        way_out = "; data.by=sentence cuts between sentences" if unit == "document" else ""
        raise UserError(
            f"{', '.join(shares)} need at least {len(shares)} {unit}s, one each; the corpus has {len(units)} "
            f"(data.by={unit}){way_out}"
        )
    random.Random(seed).shuffle(units)
    types = [Counter(span.type for i in members for span in to_spans(sentences[i].tags or ())) for members in units]
    homes = stratify([len(members) for members in units], types, list(shares.values()))
    cut: dict[str, list[Sentence]] = {}
    for home, name in enumerate(shares):
        kept = sorted(i for members, own in zip(units, homes, strict=True) if own == home for i in members)
        cut[name] = [sentences[i] for i in kept]
    return cut


def deal(
    splits: Mapping[str, Sequence[Sentence]], fold: int, folds: int, seed: int
) -> tuple[dict[str, list[Sentence]], str]:
    """K-fold cross-validation: the splits with fold number `fold` as dev, and how they were dealt in a line.

    Train (or `all`, of a corpus nobody has split) and dev are dealt anew into `folds` folds of about equal size, with
    every entity type in its share (see `stratify`); the dev splits of all folds together are all of it, each sentence
    once. Where the corpus names two or more documents, none is cut; sentences without a document are dealt one by one.

    Args:
        splits: split name -> sentences.
        fold: 0 to folds - 1.
        folds: how many there are.
        seed: decides who is in which fold.

    Raises:
        UserError: nothing to deal from, or fewer documents (sentences) than folds.
    """
    sources = [name for name in ("train", "all") if splits.get(name)]
    if len(sources) != 1:
        raise UserError(
            f"data.fold deals from one split named train or all, and dev; the corpus has {', '.join(splits) or 'none'}"
        )
    dealt_from = [name for name in (*sources, "dev") if splits.get(name)]
    pool = [sentence for name in dealt_from for sentence in splits[name]]
    by_document = len({sentence.document for sentence in pool} - {""}) >= 2
    units: dict[str | int, list[int]] = {}
    for index, sentence in enumerate(pool):
        units.setdefault(sentence.document if by_document and sentence.document else index, []).append(index)
    unit = "document" if by_document else "sentence"
    if len(units) < folds:
        raise UserError(f"data.folds={folds} needs at least as many {unit}s, one each; the corpus has {len(units)}")
    members = list(units.values())
    random.Random(f"{seed}/folds").shuffle(members)
    types = [Counter(span.type for i in own for span in to_spans(pool[i].tags or ())) for own in members]
    homes = stratify([len(own) for own in members], types, [1 / folds] * folds)
    chosen = {i for own, home in zip(members, homes, strict=True) if home == fold for i in own}
    rest = {name: list(sentences) for name, sentences in splits.items() if name not in (*sources, "dev")}
    note = f"fold {fold} of {folds} (0 to {folds - 1}) of {' and '.join(dealt_from)} is dev, dealt by {unit}"
    return {
        "train": [sentence for i, sentence in enumerate(pool) if i not in chosen],
        "dev": [sentence for i, sentence in enumerate(pool) if i in chosen],
        **rest,
    }, note


def subset(sentences: Sequence[Sentence], size: float, seed: int) -> list[Sentence]:
    """The first `size` sentences of a seeded shuffle, in corpus order: subsets of one seed are nested.

    Args:
        sentences: the split.
        size: a number of sentences, or a share between 0 and 1 (1.0 is all of them, 1 is one sentence).
        seed: decides the shuffle.

    Raises:
        UserError: more sentences wanted than there are, or none.
    """
    wanted = round(size * len(sentences)) if isinstance(size, float) and 0 < size <= 1 else size
    if wanted != int(wanted) or not 1 <= wanted <= len(sentences):
        raise UserError(
            f"data.size must be a share above 0 and up to 1.0, or a number of sentences from 1 to {len(sentences)} "
            f"(the training split has no more), got {size}"
        )
    order = list(range(len(sentences)))
    random.Random(seed).shuffle(order)
    return [sentences[i] for i in sorted(order[: int(wanted)])]


def stratify(sizes: Sequence[int], types: Sequence[Counter[str]], shares: Sequence[float]) -> list[int]:
    """Deals units to subsets so that each gets its share of every entity type and of the sentences.

    Iterative stratification in the sense of Sechidis, Tsoumakas and Vlahavas 2011 ("On the Stratification of
    Multi-Label Data"), one unit at a time to the subset in greatest need. Their rule looks at the rarest label alone,
    which fails on documents that hold many types; here need is the fall of the chi-square statistic
    `sum (dealt - share * total)^2 / (share * total)` over all types and the sentences, and units with many entities
    go first. No subset stays empty.

    Args:
        sizes: sentences of each unit.
        types: entities of each unit by type; the order of the units decides between equals.
        shares: of the subsets, each above 0, summing to 1.

    Returns:
        The subset of each unit.
    """
    parts = [[("", size), *own.items()] for size, own in zip(sizes, types, strict=True)]  # sentences count as a type
    total: Counter[str] = Counter()
    for part in parts:
        for type_, number in part:
            total[type_] += number
    lacks = [{type_: share * number for type_, number in total.items()} for share in shares]
    subsets, homes = range(len(shares)), [0] * len(sizes)

    def cost(unit: int, home: int) -> float:
        lack, share = lacks[home], shares[home]
        return sum(number * (number - 2 * lack[type_]) / (share * total[type_]) for type_, number in parts[unit])

    # By powers of two, so that the given order, which is the seed's, still decides among units of similar weight.
    for unit in sorted(range(len(sizes)), key=lambda unit: -sum(number for _, number in parts[unit]).bit_length()):
        home = homes[unit] = min(subsets, key=partial(cost, unit))
        for type_, number in parts[unit]:
            lacks[home][type_] -= number
    for home in subsets:
        if home not in homes:
            richest = max(subsets, key=homes.count)
            homes[min((unit for unit, own in enumerate(homes) if own == richest), key=lambda unit: sizes[unit])] = home
    return homes


def _sizes(sentences: Sequence[Sentence]) -> str:
    documents = len({sentence.document for sentence in sentences} - {""})
    types = Counter(span.type for sentence in sentences for span in to_spans(sentence.tags or ()))
    of_type = ", ".join(f"{type_} {number}" for type_, number in sorted(types.items()))
    return f"{len(sentences)} sentences, {documents} named documents, {types.total()} entities ({of_type})"
