"""`precision=int8` of `ner-lab export`: what it costs on dev is measured before it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ner_lab.report.single.examined import examine, units
from ner_lab.report.single.rival import against
from ner_lab.training import console
from ner_lab.training.exported.agreement import Checked
from ner_lab.training.exported.onnx_reader import GRAPH, OnnxReader
from ner_lab.training.exported.quantisation import quantised
from ner_lab.types import Prediction, UserError


def put(folder: Path, checked: Checked, tolerance: float) -> Checked:
    """Puts int8 in the place of the graph of an export in ONNX, if that can cost no more than `tolerance` points of F1
    on dev: the lower end of the 95 % interval of the paired difference to float32 counts.

    Raises:
        UserError: dev has no gold tags, or see `quantised`.
    """
    exact = checked.reader
    assert isinstance(exact, OnnxReader)
    if any(sentence.tags is None for sentence in checked.sentences):
        raise UserError("precision=int8: is measured on dev, which has no gold tags")
    before = (folder / GRAPH).stat().st_size
    of_float32 = examine(checked.said, "dev", None)
    passed: list[tuple[list[Prediction], dict[str, Any]]] = []

    def measure(reader: OnnxReader) -> tuple[float, float]:
        said = reader.annotate(checked.sentences)
        found = against(of_float32, examine(said, "dev", None), "int8")
        f1, low = 100 * found["difference"]["f1"], 100 * found["difference"]["interval"][0]
        if low >= -tolerance:
            passed[:] = [(said, found)]
        return f1, low

    reader, rounds = quantised(folder, exact, checked.sentences, measure, tolerance, console.say)
    of = units(of_float32)
    last = next(one for one in reversed(rounds) if one.low >= -tolerance)
    after, ((said, found),) = (folder / GRAPH).stat().st_size, passed
    low, high = (100 * end for end in found["difference"]["interval"])
    measured = {
        "split": "dev",
        "from": checked.source,
        "sentences": len(checked.sentences),
        "f1": 100 * found["scores"]["f1"],
        "difference": last.f1,
        "interval": [low, high],
        "units": str(of) if not of.blocks else f"{len(checked.sentences):,} sentences and what they share",
        "tolerance": tolerance,
        "left_in_float32": last.left,
        "rounds": [one._asdict() for one in rounds],
        "bytes": {"float32": before, "int8": after},
    }
    reader.manifest = replace(reader.manifest, measured={**reader.manifest.measured, "int8": measured})
    reader.manifest.write(folder)
    console.say(in_words(measured))
    return checked._replace(reader=reader, said=said)


def in_words(measured: Mapping[str, Any]) -> str:
    """What was measured, as `export.json` has it."""
    (low, high), left, size = measured["interval"], measured["left_in_float32"], measured["bytes"]
    return (
        f"int8 has F1 {measured['f1']:.2f} on dev, {measured['difference']:+.2f} points to float32 (95 % interval "
        f"{low:+.2f} to {high:+.2f} over {measured['units']}); {size['int8'] / 1e6:,.1f} MB instead of "
        f"{size['float32'] / 1e6:,.1f}" + (f"; left in float32: {', '.join(left)}" if left else "")
    )
