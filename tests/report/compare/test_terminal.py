"""Tables of a comparison in a terminal that is too narrow for them."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ner_lab.report.compare.tables import _fitting
from ner_lab.report.compare.terminal import _table


@given(st.integers(40, 200), st.lists(st.text("abcdefgh", min_size=1, max_size=16), min_size=1, max_size=30))
def test_a_wide_table_becomes_several_that_fit(width, names):
    head = ["F1", *names]
    rows = [["embedding_label_smoothing, crf", *["12.34"] * len(names)], ["nll", *["5.60"] * len(names)]]
    parts = _fitting(head, rows, width)
    assert [name for part, _ in parts for name in part[1:]] == names, "every column once, in its order"
    for part_head, part_rows in parts:
        console = Console(width=width, file=io.StringIO())
        console.print(_table(part_head, part_rows))
        printed = console.file.getvalue()
        assert max(map(len, printed.splitlines())) <= width
        assert all(name in printed for name in part_head), "a name was folded"
        assert printed.count("12.34") == len(part_head) - 1
