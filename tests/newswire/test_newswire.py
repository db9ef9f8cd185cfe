"""The generated corpus, what its splits must not share, and the look-ups and the label noise that go with it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import f1_score

from ner_lab.data import noise
from ner_lab.newswire import TYPES, generate
from ner_lab.newswire.corpus import DEV_SIZE, TEST_SIZE, grammar, masked
from ner_lab.newswire.grammar import HELD_OUT_FRAMES, Grammar
from ner_lab.newswire.lookup_baselines import baselines, frame_f1, gazetteer_f1, unseen_share
from ner_lab.newswire.names import pools
from ner_lab.tags import Span, from_spans, to_spans, violations
from ner_lab.types import Sentence, UserError


@pytest.fixture(scope="module")
def corpus():
    return generate()


def mentions(sentences):
    for sentence in sentences:
        for span in to_spans(sentence.tags):
            yield sentence.words[span.begin : span.end], span.type


def test_sizes_tags_and_lengths(corpus):
    assert {split: len(sentences) for split, sentences in corpus.items()} == {
        "train": 3000,
        "dev": DEV_SIZE,
        "test": TEST_SIZE,
    }
    for sentences in corpus.values():
        assert {type_ for _, type_ in mentions(sentences)} == set(TYPES)
        lengths = [len(sentence.words) for sentence in sentences]
        assert min(lengths) >= 3
        assert max(lengths) <= 60
        assert 15 <= sum(lengths) / len(lengths) <= 22
        assert all(not violations(sentence.tags) for sentence in sentences)
        assert all(word and not any(map(str.isspace, word)) for sentence in sentences for word in sentence.words)
        free = sum(set(sentence.tags) == {"O"} for sentence in sentences) / len(sentences)
        assert 0.1 <= free <= 0.25


def test_each_type_has_a_thousand_names():
    names = defaultdict(set)
    for kind, pool in pools(0).items():
        names[kind.partition(".")[0]].update(name.words for part in pool.parts for name in part)
    assert set(names) == set(TYPES)
    assert all(len(found) >= 1000 for found in names.values())


def test_frequent_names_follow_zipf(corpus):
    counts = sorted(Counter(name for name, type_ in mentions(corpus["train"]) if type_ == "LOC").values(), reverse=True)
    assert counts[0] >= 15 * counts[len(counts) // 2]
    assert sum(counts[: len(counts) // 10]) > 0.3 * sum(counts)


def test_surface_forms_that_only_context_resolves(corpus):
    everything = [sentence for sentences in corpus.values() for sentence in sentences]
    types = defaultdict(set)
    for name, type_ in mentions(everything):
        types[" ".join(name).lower()].add(type_)
    for sentence in everything:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if tag == "O":
                types[word.lower()].add("O")
    assert {"PER", "LOC"} <= types["washington"]
    assert {"PER", "LOC"} <= types["jordan"]
    assert {"ORG", "O"} <= types["apple"]
    assert {"ORG", "O"} <= types["target"]
    assert {"PER", "O"} <= types["may"]
    assert {"LOC", "O"} <= types["turkey"]
    assert {"LOC", "ORG"} <= types["chelsea"]
    assert sum(len(found) > 1 for found in types.values()) >= 100


def test_hard_shapes_of_names(corpus):
    names = {" ".join(name) for name, _ in mentions(corpus["train"])}
    for part in (" & ", " 's ", " of ", "O'", "al-", "-", ".com", "St. ", " Jr."):
        assert any(part in name for name in names), part
    assert any({"van", "von", "de", "del", "da", "dos", "bin"} & set(name.split()[1:-1]) for name in names)
    assert any(any(map(str.isdigit, name)) for name in names)
    touching = {
        (one.type, other.type)
        for sentence in corpus["train"]
        for one, other in pairwise(to_spans(sentence.tags))
        if one.end == other.begin
    }
    assert {("ORG", "PRODUCT"), ("ORG", "LOC"), ("LOC", "LOC")} <= touching


def test_documents_cohere(corpus):
    documents = defaultdict(list)
    for sentence in corpus["train"]:
        documents[sentence.document].append(sentence)
    sizes = [len(sentences) for sentences in documents.values()]
    assert min(sizes[:-1]) >= 3
    assert max(sizes) <= 9
    surnames = abbreviations = 0
    for sentences in documents.values():
        earlier: set[tuple[str, ...]] = set()
        for sentence in sentences:
            found = [(sentence.words[span.begin : span.end], span) for span in to_spans(sentence.tags)]
            for name, span in found:
                surnames += span.type == "PER" and any(name == full[-len(name) :] and name != full for full in earlier)
                before = sentence.words[span.begin - 1] if span.begin else ""
                abbreviations += span.type == "ORG" and before != "(" and len(name) == 1 and (*name, "short") in earlier
            for (_, one), (name, other) in pairwise(found):
                if sentence.words[one.end : other.begin] == ("(",) and name[0].isupper() and other.type == "ORG":
                    earlier.add((*name, "short"))
            earlier.update(name for name, _ in found)
    assert surnames > 200
    assert abbreviations > 5


@pytest.mark.seconds
def test_the_seed_decides_and_nothing_else(corpus):
    code = (
        "from ner_lab.newswire import generate; import hashlib;"
        "print(hashlib.sha256(repr(generate(200, 3)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert generate(50, 1) != generate(50, 2)


def test_a_smaller_size_is_a_prefix_and_leaves_dev_and_test(corpus):
    small = generate(size=101)
    assert small["train"] == corpus["train"][:101]
    assert small["dev"] == corpus["dev"]
    assert small["test"] == corpus["test"]


def test_no_test_sentence_is_a_masked_training_sentence():
    corpus = generate(size=6000)
    train = {masked(sentence.words, sentence.tags) for sentence in corpus["train"]}
    for split in ("dev", "test"):
        assert not any(masked(sentence.words, sentence.tags) in train for sentence in corpus[split])


def test_masking_names_their_types():
    assert masked(("The", "Jordan", "River", "rose"), ("O", "B-LOC", "I-LOC", "O")) == ("the", "LOC", "rose")


def test_training_never_draws_what_is_held_out(corpus):
    kept, held_out = set(), set()
    for pool in pools(0).values():
        kept.update(name.words for name in pool.parts[0])
        held_out.update(name.words for name in pool.parts[1])
    only_held_out = {name for name in held_out - kept if len(name) > 1}
    assert not [name for name, _ in mentions(corpus["train"]) if name in only_held_out]
    share = sum(name in only_held_out for name, _ in mentions(corpus["test"])) / sum(
        1 for _ in mentions(corpus["test"])
    )
    assert 0.2 < share < 0.6


def test_frames_are_partly_held_out(corpus):
    import random

    rules = grammar(0)
    drawn = [
        rules.sentence("politics", random.Random(index), lambda kind, form: [("X", "B-PER")], training)[1]
        for training in (True, False)
        for index in range(400)
    ]
    assert not any(drawn[:400])
    assert 0.2 < sum(drawn[400:]) / 400 < 0.6


def test_look_ups_do_not_solve_it(corpus):
    found = baselines(corpus["train"], corpus["test"])
    assert found["gazetteer_f1"] <= 0.65
    assert found["frame_f1"] <= 0.65
    assert 0.4 <= found["unseen_share"] <= 0.75


def test_types_are_listed_by_frequency(corpus):
    counts = Counter(type_ for _, type_ in mentions(corpus["train"]))
    assert [type_ for type_, _ in counts.most_common()] == list(TYPES)


@pytest.mark.seconds
def test_imbalance_makes_rare_types_rarer_in_training_only(corpus):
    counts = []
    for imbalance in (0.0, 0.5, 1.0):
        generated = generate(size=2000, imbalance=imbalance)
        assert generated["test"] == corpus["test"]
        found = Counter(type_ for _, type_ in mentions(generated["train"]))
        counts.append([found[type_] / found["PER"] for type_ in ("PRODUCT", "EVENT", "WORK")])
    for natural, middle, strong in zip(*counts, strict=True):
        assert natural > 1.5 * middle > 1.5 * strong


def test_the_strongest_imbalance_leaves_the_commonest_type():
    assert {type_ for _, type_ in mentions(generate(size=200, imbalance=100.0)["train"])} == {"LOC"}


@pytest.mark.parametrize("arguments", [{"size": 0}, {"imbalance": -0.1}, {"imbalance": float("nan")}])
def test_sizes_and_imbalances_out_of_range_are_refused(arguments):
    with pytest.raises(UserError, match=r"data\.(size|imbalance)"):
        generate(**arguments)


# The notation of the grammar


def expand(text, seed=0, training=False, mention=lambda kind, form: [(f"{kind}:{form}", "B-X")]):
    import random

    return Grammar([text], seed=0).sentence("s", random.Random(seed), mention, training)


def test_notation():
    text = """
s:
  {a|b} <n> #5-5 ~ - ~ #,1234-1234 <PER.person:new>
n =
  ice_cream
"""
    assert {expand(text, seed)[0][0] for seed in range(20)} == {("a", "O"), ("b", "O")}
    assert expand(text)[0][1:] == [("ice", "O"), ("cream", "O"), ("5-1,234", "O"), ("PER.person:new", "B-X")]


def test_optional_parts_come_and_go():
    lengths = {len(expand("s:\n  x [y [z]]\n", seed)[0]) for seed in range(50)}
    assert lengths == {1, 2, 3}


def test_weights_count():
    drawn = Counter(expand("s:\n  9 * a\n  b\n", seed)[0][0][0] for seed in range(500))
    assert 400 < drawn["a"] < 490


def test_held_out_frames_never_come_up_in_training():
    text = "s!:\n" + "".join(f"  w{index}\n" for index in range(20))
    train = {expand(text, seed, training=True)[0][0] for seed in range(400)}
    everything = [expand(text, seed) for seed in range(400)]
    assert len(train) == 20 - int(HELD_OUT_FRAMES * 20)
    assert len({tokens[0] for tokens, _ in everything}) == 20
    assert all(held_out == (tokens[0] not in train) for tokens, held_out in everything)


@pytest.mark.parametrize("text", ["s:\n  <missing>\n", "s:\n  {a|b\n", "s:\n  [a\n", "s:\n  <a b>\n"])
def test_a_broken_rule_is_an_error(text):
    with pytest.raises(ValueError, match=r"rule|< >"):
        expand(text)


# Label noise


@pytest.mark.parametrize(("type_rate", "boundary_rate"), [(0.1, 0.0), (0.0, 0.2), (0.15, 0.1)])
def test_noise_is_exact_and_on_record(corpus, type_rate, boundary_rate):
    clean = corpus["train"][:500]
    total = sum(1 for _ in mentions(clean))
    noisy, changes = noise.corrupt(clean, type_rate, boundary_rate, seed=1)
    kinds = Counter(change.kind for change in changes)
    assert kinds["type"] == round(type_rate * total)
    assert kinds["boundary"] == round(boundary_rate * total)
    spans = [to_spans(sentence.tags) for sentence in clean]
    for change in changes:
        spans[change.sentence][spans[change.sentence].index(change.before)] = change.after
        assert change.before.type != change.after.type or change.before[:2] != change.after[:2]
    assert [from_spans(row, len(sentence.words)) for row, sentence in zip(spans, clean, strict=True)] == [
        list(sentence.tags) for sentence in noisy
    ]
    assert [sentence.words for sentence in noisy] == [sentence.words for sentence in clean]
    assert (noisy, changes) == noise.corrupt(clean, type_rate, boundary_rate, seed=1)
    assert changes != noise.corrupt(clean, type_rate, boundary_rate, seed=2)[1]


tags = st.lists(st.sampled_from(["O", "B-A", "B-B", "I"]), min_size=1, max_size=12).map(
    lambda row: [
        tag if tag != "I" else (f"I-{row[index - 1][2:]}" if index and row[index - 1][:1] == "B" else "O")
        for index, tag in enumerate(row)
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(tags, min_size=1, max_size=6), st.floats(0, 0.5), st.floats(0, 0.5), st.integers(0, 9))
def test_noise_keeps_any_corpus_valid(rows, type_rate, boundary_rate, seed):
    clean = [Sentence(tuple("w" * len(row)), tuple(row)) for row in [["B-A", "B-B"], *rows]]
    noisy, changes = noise.corrupt(clean, type_rate, boundary_rate, seed)
    assert all(not violations(sentence.tags) for sentence in noisy)
    assert sum(len(to_spans(sentence.tags)) for sentence in noisy) == sum(len(to_spans(s.tags)) for s in clean)
    assert len({(change.sentence, change.before) for change in changes}) == len(changes)


def test_noise_leaves_sentences_without_tags_and_no_room():
    plain, full = Sentence(("a",)), Sentence(("Rome",), ("B-LOC",))
    assert noise.corrupt([plain, full], 0.0, 1.0, seed=0) == ([plain, full], [])


def test_noise_out_of_range_is_refused():
    one = [Sentence(("Rome", "!"), ("B-LOC", "O"))]
    for rates in ((-0.1, 0.0), (0.6, 0.6), (float("nan"), 0.0)):
        with pytest.raises(UserError, match="together at most 1"):
            noise.corrupt(one, *rates, seed=0)
    with pytest.raises(UserError, match="at least two entity types"):
        noise.corrupt(one, 1.0, 0.0, seed=0)


# Look-up baselines


def sentence(text: str) -> Sentence:
    """`Rome/LOC wins`: words with types, `/+` for the words that go on."""
    words, labels = [], []
    for token in text.split():
        word, _, type_ = token.partition("/")
        words.append(word)
        labels.append("O" if not type_ else f"I-{labels[-1][2:]}" if type_ == "+" else f"B-{type_}")
    return Sentence(tuple(words), tuple(labels))


def test_gazetteer_takes_the_longest_name_and_its_commonest_type():
    train = [
        sentence("New/LOC York/+ won"),
        sentence("New/ORG York/+ Times/+ said"),
        sentence("Ford/ORG rose"),
        sentence("Ford/ORG fell"),
        sentence("Ford/PER spoke"),
    ]
    assert gazetteer_f1(train, [sentence("the new/ORG york/+ times/+ praised Ford/ORG in new/LOC york/+")]) == 1.0
    assert gazetteer_f1(train, [sentence("Ford/PER fell in Rome/LOC")]) == 0.0
    assert gazetteer_f1(train, [sentence("Ford/ORG fell in Rome/LOC")]) == pytest.approx(2 / 3)


def test_frames_predict_what_stood_between_the_same_words():
    train = [
        sentence("he lives in Rome/LOC now"),
        sentence("he works for Ford/ORG again"),
        sentence("it ends in May now"),
    ]
    assert frame_f1(train, [sentence("he lives in Oslo/LOC now"), sentence("he works for Fiat/ORG again")]) == 1.0
    assert frame_f1(train, [sentence("they talk about Oslo/LOC often")]) == 0.0
    # "in _ now" surrounds an entity only half of the time, which is not enough to tell
    assert frame_f1(train, [sentence("we stay in Oslo/LOC now")]) == 0.0


def test_unseen_names_are_those_that_are_no_entity_of_train():
    train = [sentence("Rome/LOC fell in May")]
    assert unseen_share(train, [sentence("ROME/ORG met May/PER")]) == 0.5
    assert unseen_share(train, []) == 0.0


def test_f1_agrees_with_seqeval(corpus):
    train, test = corpus["train"][:800], corpus["test"][:200]
    pairs, names = [], defaultdict(Counter)
    for name, type_ in mentions(train):
        names[tuple(word.lower() for word in name)][type_] += 1
    for row in test:
        words, begin, spans = tuple(word.lower() for word in row.words), 0, []
        while begin < len(words):
            end = next((end for end in range(len(words), begin, -1) if words[begin:end] in names), begin)
            if end > begin:
                found = names[words[begin:end]]
                spans.append(Span(begin, end, min(found, key=lambda type_: (-found[type_], type_))))
            begin = max(end, begin + 1)
        pairs.append(from_spans(spans, len(words)))
    expected = f1_score([list(row.tags) for row in test], pairs)
    assert gazetteer_f1(train, test) == pytest.approx(expected)
