"""Saved predictions are read as they were written, whoever wrote them."""

from __future__ import annotations

import pytest
from made_runs import gold, predicted, write_run

from ner_lab.data.formats.column.predicted import read_predicted
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.types import Entity, Prediction, Sentence, UserError


@pytest.fixture
def run(tmp_path):
    return RunFolder(write_run(tmp_path / "run", predicted(gold(6), 0.7, 1)))


def test_a_run_comes_back_as_it_was_written(tmp_path):
    words = ("Ada", ', "spans": [', "\u2028", '"}', "\\")  # the texts that a careless reader trips over
    sentence = Sentence(words, ("B-PER", "O", "O", "O", "O"), "d1", "x:1")
    entity = Entity(0, 1, "PER", 0.75)
    written = Prediction(sentence, ("B-PER", "I-PER", "O", "O", "O"), (entity,), [[-0.1, -2.5]] * 5, 1.5)
    folder = RunFolder(write_run(tmp_path / "run", [written]))
    (full,) = read_run(folder, "test")
    assert (full.sentence.words, full.sentence.tags, full.sentence.document) == (words, sentence.tags, "d1")
    assert (full.tags, full.entities, full.log_probs_WK, full.loss) == (
        written.tags,
        (entity,),
        [[-0.1, -2.5]] * 5,
        1.5,
    )
    (quick,) = read_run(folder, "test", marginals=False)
    assert (quick.sentence, quick.tags) == (full.sentence, full.tags)
    assert full.sentence.origin.endswith("test.jsonl:1")


@pytest.mark.parametrize("marginals", [True, False])
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda line: line[: len(line) // 2], "ends in the middle"),
        (lambda line: line.replace('"predicted": ["O", ', '"predicted": ['), "differ in length"),
        (lambda line: line.replace('"document": ', '"documents": '), "no 'document'"),
        (lambda line: "[]}\n", "not a prediction"),
    ],
)
def test_a_damaged_line_is_named(run, marginals, damage, reason):
    path = run.predictions("test")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:3], damage(lines[3])]))
    with pytest.raises(UserError, match=rf"test\.jsonl:4: .*{reason}"):
        list(read_run(run, "test", marginals))


def test_a_split_without_predictions_names_those_that_there_are(run):
    with pytest.raises(UserError, match=r"dev\.jsonl: No such file.*splits with predictions: test"):
        list(read_run(run, "dev"))
    run.predictions("test").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="not utf-8"):
        list(read_run(run, "test"))


def test_the_view_of_a_run_is_the_run(run):
    ours, view = list(read_run(run, "test")), read_predicted(run.predictions("test").with_suffix(".conll"))
    assert [(p.sentence.words, p.sentence.tags, p.tags) for p in view] == [
        (p.sentence.words, p.sentence.tags, p.tags) for p in ours
    ]


FILES = {
    "conlleval, four columns": "EU NNP B-ORG B-ORG\nrejects VBZ O I-LOC\n\nPeter NNP B-PER O\n",
    "tabs": "EU\tB-ORG\tB-ORG\nrejects\tO\tI-LOC\n\nPeter\tB-PER\tO\n",
    "names in the first row": "predicted\tword\tgold\nB-ORG\tEU\tB-ORG\nI-LOC\trejects\tO\n\nO\tPeter\tB-PER\n",
    "IOBES gold and predicted": "EU S-ORG S-ORG\nrejects O S-LOC\n\nPeter S-PER O\n",
    "IOB1 gold": "EU I-ORG I-ORG\nrejects O I-LOC\n\nPeter I-PER O\n",
    "bare types": "EU ORG ORG\nrejects O LOC\n\nPeter PER O\n",
    "documents": "-DOCSTART- -X- O O\n\nEU x B-ORG B-ORG\nrejects x O I-LOC\n\nPeter x B-PER O\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_other_toolkits_have_the_same_entities(tmp_path, name):
    path = tmp_path / "other.txt"
    path.write_text(FILES[name])
    found = read_predicted(path)
    assert [p.sentence.words for p in found] == [("EU", "rejects"), ("Peter",)]
    assert [p.sentence.tags for p in found] == [("B-ORG", "O"), ("B-PER",)]
    scored = spans.scores([p.sentence.tags for p in found], [p.tags for p in found])
    assert (scored["precision"], scored["recall"]) == (0.5, 0.5)
    # Tags in IOB2 stay as they are, so that strict scores stay strict.
    assert found[0].tags[1] == ("I-LOC" if "B-ORG" in FILES[name] else "B-LOC")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EU B-ORG\n", "a word, its gold tag and its predicted tag.*'EU B-ORG'"),
        ("EU x B-ORG B-ORG\nrejects O\n", r"other\.txt:2: columns: 2"),
        ("EU B-ORG <pad>\n", r"other\.txt:1: the predicted tag '<pad>'"),
        ("EU B-ORG B-ORG\nin NN O\n", r"other\.txt:2.*'NN' is not a tag"),
        ("", "empty"),
    ],
)
def test_broken_files_are_refused_with_their_place(tmp_path, text, message):
    path = tmp_path / "other.txt"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        read_predicted(path)
