"""The notebook in examples/ runs as it is, and what is stored of its last run says nothing about one machine."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent.parent / "examples" / "first_hour.ipynb"


def test_its_outputs_are_stored_and_name_no_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    cells = nbformat.reads(text, as_version=4).cells
    assert all(cell.outputs for cell in cells if cell.cell_type == "code")
    assert not re.search(r"/(home|root|tmp|work|usr)/|Traceback|Warning", text)


@pytest.mark.slow
def test_it_runs(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()  # raises
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "stream"], "from Python nothing is printed"
