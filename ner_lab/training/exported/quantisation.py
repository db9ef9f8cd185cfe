"""`precision=int8`: weights as whole numbers, by onnxruntime's dynamic quantisation, layer by layer.

Activations are quantised anew in every batch, so that a word's scores depend, a little, on what it is read with.
Weights take 7 of the 8 bits: with all of them, processors without VNNI overflow, and would say something else than the
one that measured.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ner_lab.training.exported.manifest import Manifest, sha256
from ner_lab.training.exported.onnx_reader import GRAPH, WEIGHTS, OnnxReader
from ner_lab.types import Sentence, UserError

OPERATORS = ("MatMul", "Gemm", "Gather")
SAMPLE = 64  # sentences on which layers are compared
SCOPES = "pkg.torch.onnx.name_scopes"


class Round(NamedTuple):
    """What was measured with some layers `left` in float32: the difference in `f1`, and its `low` end, in points."""

    left: list[str]
    f1: float
    low: float


def quantised(
    folder: Path,
    exact: OnnxReader,
    sentences: Sequence[Sentence],
    measure: Callable[[OnnxReader], tuple[float, float]],
    tolerance: float,
    say: Callable[[str], None],
) -> tuple[OnnxReader, list[Round]]:
    """Puts int8 in the place of the graph of an export, in as many layers as lose no more than `tolerance`.

    One layer is quantised at first, that which changes the scores least, then the next one, too, until what is measured
    does not pass. The order is known before anything is measured, and nothing is tried after the first failure: so the
    chance to let pass what loses more is that of a single look, however many there are (a fixed sequence of tests,
    Maurer, Hothorn and Lehmacher 1995; the order knows sentences of dev, but none of their gold tags). To begin with
    all layers and to go on until one look passes would not have it.

    Args:
        folder: of the export in float32.
        exact: its reader.
        sentences: of dev.
        measure: the difference in F1 to float32, and the lower end of its interval, in points.
        tolerance: points of F1.
        say: is told what was measured.

    Returns:
        The reader of the last that passed, and what was measured: all of them passed, but the last may not have.

    Raises:
        UserError: nothing passes; or the weights are too large for one file.
    """
    source, layers, head = _in_float32(folder, exact)
    order = _most_changing(folder, source, exact, layers, head, sentences[:: max(1, len(sentences) // SAMPLE)])
    passed, reader = folder / "passed.onnx", None
    rounds: list[Round] = []
    for count in reversed(range(len(order))):
        left = order[:count]
        tried = _written(folder, source, exact.manifest, [*head, *(node for name in left for node in layers[name])])
        rounds.append(Round(left, *measure(tried)))
        say(
            f"int8{f' with {count} of {len(order)} layers in float32' if left else ''}: F1 on dev "
            f"{rounds[-1].f1:+.2f} points, at the least {rounds[-1].low:+.2f}"
        )
        if rounds[-1].low < -tolerance:
            break
        (folder / GRAPH).replace(passed)
        reader = tried
    if reader is None:
        raise UserError(
            f"precision=int8 was given up: with {order[-1]} alone in int8 F1 on dev may be {-rounds[-1].low:.2f} "
            f"points lower than that of float32, and tolerance={tolerance:g} allows less. Say precision=float32, or "
            "tolerance=POINTS if that is good enough"
        )
    passed.replace(folder / GRAPH)
    reader.manifest.write(folder)
    source.unlink()
    return reader, rounds


def quantise_all(folder: Path, exact: OnnxReader) -> None:
    """Puts int8 in the place of the graph of an export, in all layers but the head, whatever it costs."""
    source, _, head = _in_float32(folder, exact)
    _written(folder, source, exact.manifest, head)
    source.unlink()


def _in_float32(folder: Path, exact: OnnxReader) -> tuple[Path, dict[str, list[str]], list[str]]:
    """Where its graph is put, its layers, and the nodes of its head, whose few columns would gain nothing."""
    if WEIGHTS in exact.manifest.sha256:
        raise UserError("precision=int8: the weights are too large for one file; say precision=float32")
    source = (folder / GRAPH).rename(folder / "float32.onnx")
    layers = _layers(source)
    head = layers.pop("head", [])
    return source, layers, head


def _layers(graph: Path) -> dict[str, list[str]]:
    """The nodes with weights, by the block of the encoder or the part of the model they belong to."""
    import onnx

    model = onnx.load(graph).graph
    weights = {one.name for one in model.initializer}
    found: dict[str, list[str]] = {}
    for node in model.node:
        if node.op_type in OPERATORS and weights & set(node.input):
            scope = next((one.value for one in node.metadata_props if one.key == SCOPES), node.name)
            found.setdefault(_layer(scope), []).append(node.name)
    return found


def _layer(scope: str) -> str:
    """`layer.3` of a node in `encoder.model.encoder.layer.3.attention`, `between` and `head` of one in these; else the
    innermost module."""
    modules = [one.strip(" '\"") for one in scope.strip("[]").split(",")]
    for module in modules:
        parts = module.split(".")
        if parts[0] in ("between", "head"):
            return parts[0]
        if parts[-1].isdecimal():
            return ".".join(parts[-2:])
    inner = [module for module in modules if "." in module]
    return inner[-1].split(".")[-1] if inner else scope


def _written(folder: Path, source: Path, manifest: Manifest, excluded: Iterable[str]) -> OnnxReader:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it advises a pass that changes nothing here
    try:
        quantize_dynamic(
            source,
            folder / GRAPH,
            op_types_to_quantize=list(OPERATORS),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(excluded),
        )
    finally:
        logging.disable(before)
    checksums = {**manifest.sha256, GRAPH: sha256((folder / GRAPH).read_bytes())}
    changed = replace(manifest, precision="int8", sha256=checksums)
    changed.write(folder)
    return OnnxReader(folder, changed, "cpu")


def _most_changing(
    folder: Path,
    source: Path,
    exact: OnnxReader,
    layers: dict[str, list[str]],
    head: list[str],
    some: Sequence[Sentence],
) -> list[str]:
    """The layers by how much the scores of a sample change where each alone is quantised, the most first."""
    scores_NK = exact.scores(some)
    changes = {}
    for name in layers:
        rest = [node for other, nodes in layers.items() if other != name for node in nodes]
        reader = _written(folder, source, exact.manifest, [*head, *rest])
        changes[name] = float(np.abs(reader.scores(some) - scores_NK).mean())
    return sorted(changes, key=lambda name: -changes[name])
