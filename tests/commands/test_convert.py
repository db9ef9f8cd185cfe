"""`ner-lab convert`: any format to any other, with a ledger that adds up and what was lost by name."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from omegaconf import OmegaConf

from ner_lab.commands import convert as conversion
from ner_lab.data.formats.registry import FORMATS, AutoData
from ner_lab.types import Sentence, UserError

CORPUS = [
    Sentence(("Ann", "Lee", "met", "Bob", "."), ("B-PER", "I-PER", "O", "B-PER", "O"), "a"),
    Sentence(("In", "Oslo", "York", "it", "rained"), ("O", "B-LOC", "B-LOC", "O", "O"), "a"),
    Sentence(("Nothing", "here"), ("O", "O"), "b"),
]
CONTENTS = [(s.words, s.tags, s.document) for s in CORPUS]


def needs(*names):
    for name in names:
        if name in ("parquet", "spacy"):
            pytest.importorskip(
                {"parquet": "datasets"}.get(name, name), reason=f"the extra for {name} is not installed"
            )


def convert(folder, output, form, scheme="iob2", overwrite=False, **data):
    settings = {"_target_": "ner_lab.data.AutoData", "dir": str(folder), **data}
    return conversion.convert(
        OmegaConf.create(
            {"data": settings, "output": str(output), "format": form, "scheme": scheme, "overwrite": overwrite}
        )
    )


def corpus_in(name, folder):
    for split in ("train", "dev"):
        FORMATS[name].write(folder / f"{split}{FORMATS[name].suffix}", CORPUS)
    return folder


@pytest.mark.parametrize(("source", "target"), list(permutations(FORMATS, 2)))
def test_any_to_any_is_the_identity(source, target, tmp_path, capsys):
    needs(source, target)
    output = convert(corpus_in(source, tmp_path / "in"), tmp_path / "out", target)
    found = AutoData(str(output)).read()
    assert {split: [(s.words, s.tags, s.document) for s in rows] for split, rows in found.items()} == dict.fromkeys(
        ("train", "dev"), CONTENTS
    )
    said = capsys.readouterr().err
    assert "train: lost in writing: nothing" in said and "dev: lost in writing: nothing" in said
    ledger = json.loads((output / "ledger.json").read_text())
    for split in ("train", "dev"):
        steps = [{key: step[key] for key in ("sentences", "words", "entities")} for step in ledger[split].values()]
        assert list(ledger[split]) == ["read", "written"]
        assert steps == [{"sentences": 3, "words": 12, "entities": 4}] * 2


@pytest.mark.parametrize("scheme", ["iob1", "iobes", "bilou", "bmewo", "bmes"])
@pytest.mark.parametrize("target", ["column", "jsonl", "csv", "parquet"])
def test_schemes(scheme, target, tmp_path):
    needs(target)
    output = convert(corpus_in("jsonl", tmp_path / "in"), tmp_path / "out", target, scheme)
    found = FORMATS[target].reader(dir=str(output), scheme=scheme).read()
    assert [(s.words, s.tags, s.document) for s in found["dev"]] == CONTENTS
    text = (output / f"train{FORMATS[target].suffix}").read_bytes().decode("utf-8", "replace")
    expected = {"iob1": "I-PER", "iobes": "E-PER", "bilou": "L-PER", "bmewo": "W-PER", "bmes": "S-PER"}[scheme]
    assert expected in text


def test_what_io_loses_is_counted(tmp_path, capsys):
    output = convert(corpus_in("jsonl", tmp_path / "in"), tmp_path / "out", "column", "io")
    said = capsys.readouterr().err
    assert "train: lost in writing: entities that are one with the neighbour of their type before them: 1" in said
    ledger = json.loads((output / "ledger.json").read_text())
    assert (ledger["dev"]["read"]["entities"], ledger["dev"]["written"]["entities"]) == (4, 3)
    assert ledger["dev"]["written"]["note"].startswith("lost: entities that are one")


def test_what_a_format_cannot_hold_is_counted(tmp_path, capsys):
    folder = tmp_path / "in"
    FORMATS["jsonl"].write(folder / "all.jsonl", [Sentence(("a\tb", "U.", "S."), ("O", "B-X", "I-X"))])
    convert(folder, tmp_path / "column", "column")
    assert "all: lost in writing: tabs and line feeds within words, written as blanks: 1" in capsys.readouterr().err
    convert(folder, tmp_path / "brat", "brat")
    said = capsys.readouterr().err
    assert "sentences without a document" in said and "sentences whose words raw text splits otherwise: 1" in said


@pytest.mark.parametrize("target", FORMATS)
def test_words_without_tags(target, tmp_path):
    needs(target)
    FORMATS["jsonl"].write(tmp_path / "in" / "test.jsonl", [Sentence(("a", "b"), None, "d")] * 2)
    output = convert(tmp_path / "in", tmp_path / "out", target)
    ledger = json.loads((output / "ledger.json").read_text())
    assert ledger["test"]["written"] == {"sentences": 2, "words": 4, "entities": 0, "note": ""}


def test_nothing_is_overwritten(tmp_path):
    folder = corpus_in("jsonl", tmp_path / "in")
    output = convert(folder, tmp_path / "out", "column")
    before = {path: path.stat().st_mtime_ns for path in output.iterdir()}
    with pytest.raises(
        UserError, match=r"already holds dev\.conll, ledger\.json, train\.conll; nothing is overwritten"
    ):
        convert(folder, output, "column")
    for inside in (folder, folder / "new"):
        with pytest.raises(UserError, match="lies in what is read"):
            convert(folder, inside, "csv")
    assert {path: path.stat().st_mtime_ns for path in output.iterdir()} == before


def test_overwriting_replaces_the_whole_of_an_earlier_conversion_and_nothing_else(tmp_path):
    folder = corpus_in("jsonl", tmp_path / "in")
    output = convert(folder, tmp_path / "out", "column")
    (folder / "dev.jsonl").unlink()
    convert(folder, output, "jsonl", overwrite=True)
    assert sorted(path.name for path in output.iterdir()) == ["ledger.json", "train.jsonl"]
    (output / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"already holds notes\.txt; nothing is overwritten, choose a new folder"):
        convert(folder, output, "jsonl", overwrite=True)
    with pytest.raises(UserError, match=r"there is no folder .*nowhere"):
        convert(folder, tmp_path / "nowhere" / "out", "jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_a_writer_that_loses_silently_is_found(tmp_path, monkeypatch):
    def forgetful(path, sentences):
        return FORMATS["jsonl"].write(path, [*sentences[1:], sentences[0]])

    monkeypatch.setitem(FORMATS, "forgetful", FORMATS["jsonl"]._replace(write=forgetful))
    with pytest.raises(UserError, match="is not what is read again") as refused:
        convert(corpus_in("jsonl", tmp_path / "in"), tmp_path / "out", "forgetful")
    assert "partial" not in str(refused.value), "the files have no names of their own yet"

    def damaged(path, sentences):
        path.parent.mkdir(exist_ok=True)
        path.write_text("{")
        return {}

    monkeypatch.setitem(FORMATS, "forgetful", FORMATS["jsonl"]._replace(write=damaged))
    with pytest.raises(UserError, match=rf"{tmp_path}/out/\w+\.jsonl:1"):
        convert(corpus_in("jsonl", tmp_path / "in"), tmp_path / "out", "forgetful")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("form", "scheme", "message"),
    [
        ("xml", "iob2", "format is one of column, jsonl, .*got 'xml'"),
        ("column", "iob3", "scheme is one of iob2, .*got 'iob3'"),
        ("brat", "iobes", "scheme=iobes: brat holds spans and no tags; schemes are for column, jsonl, csv, parquet"),
    ],
)
def test_options_are_checked_before_anything_is_read(form, scheme, message, tmp_path):
    with pytest.raises(UserError, match=message):
        convert(tmp_path / "none", tmp_path / "out", form, scheme)
    assert not (tmp_path / "out").exists()


@pytest.mark.seconds
def test_the_command(ner_lab, tmp_path):
    corpus_in("jsonl", tmp_path / "in")
    done = ner_lab("convert", "data=jsonl", "data.dir=in", "output=out", "format=column", "scheme=iobes")
    assert done.returncode == 0 and not done.stdout, done.stderr
    assert (tmp_path / "out" / "train.conll").read_text().startswith("\n# newdoc id = a\nAnn\tB-PER\nLee\tE-PER\n")
    assert "written to out as column" in done.stderr
    (tmp_path / "in" / "train.jsonl").write_text('{"tokens": ["a"], "tags": ["O", "O"]}\n')
    wrong = ner_lab("convert", "data.dir=in", "output=again", "format=csv")
    assert wrong.returncode == 1 and "in/train.jsonl:1" in wrong.stderr and "Traceback" not in wrong.stderr
