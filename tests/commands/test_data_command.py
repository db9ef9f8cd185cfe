"""`ner-lab data`: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra

from ner_lab.commands import data as corpus_report
from ner_lab.commands import data_tables as corpus_tables
from ner_lab.types import UserError

ROWS = "Ann\tB-PER\nLee\tI-PER\nmet\tO\nBob\tB-PER\n\nIt\tO\nrained\tO\n\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Train and test with a few sentences; one tag of test breaks the scheme."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "train.conll").write_text(ROWS + "Oslo\tB-LOC\nBank\tI-LOC\n\n")
    (folder / "test.conll").write_text(ROWS.replace("I-PER", "I-LOC") + "[bold]\x9b31m\tO\nOslo\tB-LOC\n\n")
    return folder


def show(*overrides: str) -> None:
    """The command, in this process."""
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        cfg = compose("data", ["model.encoder.name=tiny", *overrides])
    corpus_report.show(cfg)


def row_of(text: str, label: str) -> list[str]:
    """The cells of the first table row with this label."""
    line = next(line for line in text.splitlines() if line.startswith(f"│ {label} "))
    return [cell.strip() for cell in line.strip("│").split("│")[1:]]


@pytest.mark.seconds
def test_the_tables_say_what_is_there(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(f"data.dir={small}")
    text = capsys.readouterr().out
    assert row_of(text, "sentences") == ["3", "3"] and row_of(text, "words") == ["8", "8"]
    assert row_of(text, "entities") == ["3", "4"]
    assert row_of(text, "PER") == ["2 / 2", "2 / 2"] and row_of(text, "LOC") == ["1 / 1", "2 / 2"]
    assert row_of(text, "entity names") == ["1 (25.0 %)"]  # Bob; in test, Ann and Lee are two names, and Oslo is one
    assert row_of(text, "scheme") == ["iob2", "iob2"]
    assert row_of(text, "violations and repairs") == ["0", "1"]
    assert row_of(text, "I- where iob2 has B-") == ["-", "1"]
    assert row_of(text, "1 to 5")[0].startswith("3 ██")
    assert "[Oslo Bank]LOC" in text and "[Ann Lee]PER met [Bob]PER" in text
    assert f"{small / 'train.conll'}:1" in text


def test_words_do_nothing_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "all.conll").write_text("[bold]\tO\n\x9b31m\x1b[2J\tO\n\u200b\tB-A[red]B\nnaïve\u200dword\tO\n\n")
    show(f"data.dir={tmp_path}")
    text = capsys.readouterr().out
    assert "[bold] \\x9b31m\\x1b[2J [\\u200b]A[red]B naïve\u200dword" in text
    assert "\x9b" not in text and "\x1b" not in text


def test_json_goes_to_a_file_or_to_standard_output_alone(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(f"data.dir={small}", f"json={tmp_path / 'report.json'}", "examples=1")
    assert "Sizes" in capsys.readouterr().out
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    show(f"data.dir={small}", "json=-", "examples=1")
    assert json.loads(capsys.readouterr().out) == report
    assert report["splits"]["test"]["sentences"] == 3 and report["overlap"]["test"]["names_in_train"] == 1
    assert report["tagging"]["test"]["repaired"] == {"I- where iob2 has B-": 1}
    assert report["splits"]["train"]["subwords"]["row"] == 126 and report["encoder"] == "tiny"
    assert len(report["examples"]) == 1 and report["data"]["dir"] == str(small)


def test_the_report_is_of_what_would_be_trained_on(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(f"data.dir={small}", "data.fold=1", "data.folds=3", "json=-", "model.encoder.name=null")
    report = json.loads(capsys.readouterr().out)
    assert {name: split["sentences"] for name, split in report["splits"].items()} == {"train": 2, "dev": 1, "test": 3}
    assert report["splits"]["dev"]["subwords"] is None and any("fold 1 of 3" in note for note in report["notes"])
    show(f"data.dir={small}", "data.size=1")
    assert row_of(capsys.readouterr().out, "sentences") == ["1", "3"]


def test_data_sets_without_files_to_repair_are_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    show("data=newswire", "data.size=40", "json=-")
    report = json.loads(capsys.readouterr().out)
    assert report["splits"]["train"]["sentences"] == 40 and report["tagging"] == {}
    assert report["splits"]["train"]["documents"] > 1 and "repair" not in report["data"]
    corpus_tables.show(report)
    assert "Tags as they were written" not in capsys.readouterr().out


def test_text_without_tags_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "all.txt").write_text("It\nrained\n\n")
    show(f"data.dir={tmp_path}", "data=column", "data.tag_column=null")
    text = capsys.readouterr().out
    assert row_of(text, "entities") == ["no tags"] and row_of(text, "scheme") == ["no tags"] and "Labels" not in text


def test_long_sentences_are_cut_in_the_terminal_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "all.conll").write_text("word\tO\n" * 100 + "Oslo\tB-LOC\n\n")
    with pytest.raises(UserError, match=r"json=.* lies in what is read"):
        show(f"data.dir={tmp_path / 'corpus'}", f"json={tmp_path / 'corpus' / 'r.json'}")
    show(f"data.dir={tmp_path / 'corpus'}", f"json={tmp_path / 'r.json'}")
    assert "word ... (41 more words)" in capsys.readouterr().out
    assert len(json.loads((tmp_path / "r.json").read_text())["examples"][0]["words"]) == 101


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["data.dir=nowhere"], "data.dir=nowhere: no such folder"),
        (["data.dir={small}", "data.repair=strict"], r"test\.conll:2 .*I- where iob2 has B-.*data\.repair=conlleval"),
        (["data.dir={small}", "model.encoder.name=no/such-model"], r"model\.encoder\.name=no/such-model"),
        (["data.dir={small}", "model.encoder.max_subwords=3"], "max_subwords must be between 8 and 128"),
        (["data.dir={small}", "examples=-1"], "examples must be a whole number, at least 0, got -1"),
        (["data.dir={small}", "json={small}/train.conll/x.json"], r"json=.*x\.json"),
        (["data.dir={small}", "data._target_=pathlib.Path"], r"data\._target_ must be .*DataModule, got pathlib\.Path"),
    ],
)
def test_what_cannot_be_shown_is_refused(small: Path, overrides: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        show(*(override.format(small=small) for override in overrides))


@pytest.mark.seconds
def test_the_command_line(ner_lab, small: Path, tmp_path: Path) -> None:
    done = ner_lab("data", f"data.dir={small}", "model.encoder.name=tiny", "json=report.json")
    assert done.returncode == 0, done.stderr
    assert not done.stderr and row_of(done.stdout, "sentences") == ["3", "3"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "small"]
    refused = ner_lab("data", f"data.dir={small}", "data.repair=strict")
    assert refused.returncode == 1 and "test.conll:2" in refused.stderr and "Traceback" not in refused.stderr
    own = ner_lab("data", "--help")
    assert own.returncode == 0 and "ner-lab data data.dir=my_corpus" in own.stdout
    assert "\n  data " in ner_lab("--help").stdout
