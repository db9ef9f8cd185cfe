"""What reads sentences with a trained model, a run's or an export's, for `predict` and `ner_lab.load` alike.

Nothing here imports torch: an export in ONNX is read without it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ner_lab.files import RunFolder
from ner_lab.training.calibrated import CalibratedReader, Calibration
from ner_lab.training.exported.manifest import NAME, Manifest
from ner_lab.training.reader import Reader
from ner_lab.training.reading_size import sentences_at_once
from ner_lab.types import UserError


def open_reader(
    path: str | Path,
    device: Any = "auto",
    batch_size: Any = "auto",
    precision: Any = "auto",
    trust: bool = False,
    threshold: Any = 0.0,
    calibrated: Any = True,
) -> CalibratedReader:
    """The reader of a run folder or of an export.

    Args:
        path: the folder.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        batch_size: sentences at a time, or `auto`.
        precision: of the encoder, `auto`, `float32` or `bfloat16`; or a number, the precision on dev for which
            entities are dropped that are less sure.
        trust: the run may name classes of the user's own.
        threshold: entities of a lower confidence are dropped.
        calibrated: confidences are those of the temperature that fits dev.

    Raises:
        UserError: neither a run nor an export, a damaged one, or a setting that it cannot have.
    """
    wanted = _number(precision)
    if wanted is not None and not 0 < wanted <= 1:
        raise UserError(f"precision={precision}: as a number it is a precision on dev, above 0 and at most 1")
    if type(threshold) not in (int, float) or not 0 <= threshold <= 1:
        raise UserError(f"threshold={threshold}: must be a confidence from 0 to 1")
    if not isinstance(calibrated, bool):
        raise UserError(f"calibrated={calibrated}: must be true or false")
    if wanted is not None and threshold:
        raise UserError(f"precision={precision} finds a threshold, and threshold={threshold} is one; give one of them")
    sentences = sentences_at_once(batch_size)
    reader = _opened(path, device, sentences, "auto" if wanted is not None else precision, trust)
    # Of a run it is fitted anew, from all that it predicted of dev.
    dropping = bool(threshold) or wanted is not None
    known, remark = _known(path, dropping) if calibrated or dropping else (None, "")
    if known is not None and not calibrated:
        known = replace(known, temperature=1.0)
    if wanted is not None and known is None:
        raise UserError(
            f"precision={precision}: {path} holds no predictions of dev with gold tags to find a threshold on"
        )
    at = known.threshold_for(wanted) if known is not None and wanted is not None else float(threshold)
    return CalibratedReader(reader, known, at, remark)


def _number(value: Any) -> float | None:
    """Of a number, or the text of one; None of anything else."""
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _known(path: str | Path, in_units: bool) -> tuple[Calibration | None, str]:
    """What dev says of the confidences of a run or of an export; and what is to be said where that cannot be read."""
    if Manifest.is_in(path):
        found = Manifest.read(Path(path)).calibration
        return (None if found is None else Calibration.from_dict(found, str(Path(path) / NAME))), ""
    try:
        return Calibration.of_run(RunFolder(path), in_units), ""
    except UserError as error:
        return None, f"confidences are not calibrated: {error}"


def _opened(path: str | Path, device: Any, sentences: int | None, precision: Any, trust: bool) -> Reader:
    if not Manifest.is_in(path):
        if isinstance(path, str | Path):
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
