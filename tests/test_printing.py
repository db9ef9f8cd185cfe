"""Text from data does nothing to a terminal or a spreadsheet, and stays readable."""

from __future__ import annotations

import io
import json
import logging
import sys
import unicodedata

import pytest
from rich.table import Table
from rich.text import Text

from ner_lab.training import console as training_console
from ner_lab.training.console import LogFormatter
from ner_lab.types.printing import cell, console, print_json, shown

CONTROLS = [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0))]
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = "a\x1b]0;title\x07b\x9b31m\r\u202ec\ud800[red]d"


def obeyed(text: str) -> set[str]:
    """Characters that a terminal would do something for."""
    return {c for c in text if (unicodedata.category(c) in ("Cc", "Cs") and c != "\n") or c in TURNING}


@pytest.mark.parametrize("character", [*CONTROLS, *TURNING, "\u2028", "\u2029", "\ud800"], ids=ascii)
def test_no_character_that_a_terminal_obeys_is_left(character: str) -> None:
    for text in (character, f"ab{character}cd"):
        assert character not in shown(text)
        assert ("\n" in shown(text, lines=True)) == (character == "\n")
    assert shown(f"ab{character}cd").startswith("ab\\") and shown(f"ab{character}cd").endswith("cd")


@pytest.mark.parametrize(
    "text", ["Zürich", "naïve\u200dword", "می\u200cخواهم", "95\u00a0%", "東京", "👩\u200d🚀", "a\\b"]
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize("text", ["\u200b", "\u00a0", "\ufeff"])
def test_what_nobody_sees_is_named(text: str) -> None:
    assert shown(text) == text.encode("unicode_escape").decode()


@pytest.mark.parametrize("colours", [None, "truecolor"])
def test_a_console_prints_nothing_raw_whatever_it_is_given(colours: str | None) -> None:
    text = io.StringIO()
    made = console(file=text, color_system=colours, force_terminal=colours is not None, width=100)
    table = Table("head", title=HOSTILE)
    table.add_column(HOSTILE)
    table.add_row(HOSTILE, Text(HOSTILE, style="red"))
    for one in (HOSTILE, Text(HOSTILE), table):
        made.print(one, style="bold")
    written = text.getvalue()
    assert "\\x1b]0;title" in written and "\x1b]" not in written and obeyed(written) <= {"\x1b"}
    assert ("\x1b[1m" in written) == (colours is not None)  # its own colours are left
    assert "\x1b" not in (written if colours is None else written.replace("\x1b[", ""))


def test_what_a_run_says_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 3}
    training_console.say(f"two\nlines {HOSTILE}")
    training_console.scores(HOSTILE, {**row, "per_type": {HOSTILE: row}, "f1_strict": 1.0, "accuracy": 1.0})
    written = capsys.readouterr().err
    assert "two\nlines" in written and written.count("]0;title") >= 3 and not obeyed(written)


def test_log_lines_are_shown() -> None:
    record = logging.LogRecord("x", logging.INFO, "f.py", 1, "label %s\nnext", (HOSTILE,), None)
    assert not obeyed(LogFormatter("%(message)s").format(record)) and "\nnext" in LogFormatter().format(record)


@pytest.mark.parametrize("terminal", [True, False])
def test_json_for_a_terminal_is_the_same_json(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"text": f"Zürich {HOSTILE}\u0085\U000e0001", "n": [1, None]}
    output = io.TextIOWrapper(raw := io.BytesIO(), encoding="utf-8", write_through=True)
    output.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", output)
    print_json(json.dumps(value, ensure_ascii=False))
    written = raw.getvalue().decode()
    assert json.loads(written) == value and "Zürich" in written
    assert not obeyed(written) or not terminal


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@SUM(1)", "\t=1", "\r=1", "＝1", " =1", "\n=1", "−x"])
def test_a_formula_is_no_formula_in_a_csv_cell(text: str) -> None:
    assert str(cell(text)).startswith("'") and not obeyed(str(cell(text)))


@pytest.mark.parametrize("value", [0, -1.5, None, "-1.5", "+3", "1e-3", "-inf", "nan", "lr=0.1", "a-b", ""])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert cell(value) == value
