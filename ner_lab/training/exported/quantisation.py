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
    """Puts int8 in the place of the graph of an export. Layers are left in float32, those first that change the scores
    most, until no more than `tolerance` can be lost.

    Args:
        folder: of the export in float32.
        exact: its reader.
        sentences: of dev.
        measure: the difference in F1 to float32, and the lower end of its interval, in points.
        tolerance: points of F1.
        say: is told what was measured.

    Raises:
        UserError: nothing that gains anything passes; or the weights are too large for one file.
    """
    if WEIGHTS in exact.manifest.sha256:
        raise UserError("precision=int8: the weights are too large for one file; say precision=float32")
    source = folder / "float32.onnx"
    (folder / GRAPH).rename(source)
    layers = _layers(source)
    head = layers.pop("head", [])  # whose few columns would gain nothing
    left: list[str] = []
    order: list[str] | None = None
    rounds: list[Round] = []
    while len(left) < len(layers):
        reader = _written(folder, source, exact.manifest, [*head, *(node for name in left for node in layers[name])])
        rounds.append(Round(list(left), *measure(reader)))
        say(
            f"int8{f' with {len(left)} of {len(layers)} layers in float32' if left else ''}: F1 on dev "
            f"{rounds[-1].f1:+.2f} points, at the least {rounds[-1].low:+.2f}"
        )
        if rounds[-1].low >= -tolerance:
            source.unlink()
            return reader, rounds
        if order is None:
            order = _most_changing(folder, source, exact, layers, head, sentences[:: max(1, len(sentences) // SAMPLE)])
        left.append(order[len(left)])
    raise UserError(
        f"precision=int8 was given up: its F1 on dev may be {-max(one.low for one in rounds):.2f} points lower than "
        f"that of float32, whatever layer is left in float32, and tolerance={tolerance:g} allows less. Say "
        "precision=float32, or tolerance=POINTS if that is good enough"
    )


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
