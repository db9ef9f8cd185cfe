"""What reads sentences with a trained model, a run's or an export's, for `predict` and `ner_lab.load` alike.

Nothing here imports torch: an export in ONNX is read without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ner_lab.files import RunFolder
from ner_lab.training.exported.manifest import Manifest
from ner_lab.training.reading_size import sentences_at_once
from ner_lab.types import Prediction, Sentence, UserError


class Reader(Protocol):
    """A trained model that reads sentences.

    Attributes:
        folder: of the run, or of the export.
        labels: the IOB2 labels that the model knows.
        context: sentences of the document on either side that it reads, too; `with_context` gives them.
        at_once: sentences, of a file, that are worth handing over together.
    """

    folder: Path
    labels: tuple[str, ...]
    context: int
    at_once: int

    def annotate(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """Tags and entities of sentences, in order."""
        ...


def open_reader(
    path: str | Path, device: Any = "auto", batch_size: Any = "auto", precision: Any = "auto", trust: bool = False
) -> Reader:
    """The reader of a run folder or of an export.

    Args:
        path: the folder.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        batch_size: sentences at a time, or `auto`.
        precision: `auto`, `float32` or `bfloat16`.
        trust: the run may name classes of the user's own.

    Raises:
        UserError: neither a run nor an export, a damaged one, or a setting that it cannot have.
    """
    sentences = sentences_at_once(batch_size)
    if not Manifest.is_in(path):
        _refuse_other(path)
        run = RunFolder.existing(path)
        from ner_lab.training.run_reader import RunReader

        return RunReader(run, device, sentences, precision, trust)
    manifest = Manifest.read(Path(path))
    if manifest.format == "onnx":
        from ner_lab.training.exported.onnx_reader import OnnxReader

        return OnnxReader(Path(path), manifest, device, sentences, precision)
    from ner_lab.training.checkpoint_files import WEIGHTS
    from ner_lab.training.run_reader import RunReader

    manifest.bytes_of(Path(path), WEIGHTS)
    return RunReader(RunFolder(path), device, sentences, precision, trust)


def _refuse_other(path: str | Path) -> None:
    """An export for transformers has nothing of windows, context and decoding in it."""
    folder = Path(path)
    if (folder / "config.json").is_file() and not (folder / "config.yaml").is_file():
        raise UserError(
            f"run={path}: a folder for transformers, not a run; load it with "
            f'transformers.pipeline("token-classification", model="{path}"), or export the run with format=onnx or '
            "format=safetensors, which are read here"
        )
