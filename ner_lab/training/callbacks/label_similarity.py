"""What a smoothing loss takes for similar: a heat map, the mass each label gives away, and an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.loggers import TensorBoardLogger

from ner_lab.training import console

CELL = 44  # pixels


class LabelSimilarity(Callback):
    """Looks at every loss with a label similarity after each evaluation; does nothing for other losses.

    In TensorBoard: the similarity matrix as a heat map, and the effective epsilon of each label (the mass its target
    gives to other labels). On the console, once a pair: two labels of different type whose similarity reaches
    `alarm`, since smoothing between them teaches the model that they are one.

    Args:
        alarm: similarity, at most 1.
    """

    def __init__(self, alarm: float = 0.95) -> None:
        if not 0 < alarm <= 1:
            raise ValueError(f"alarm must be above 0 and at most 1, got {alarm}")
        self.alarm = alarm
        self._told: set[tuple[str, str]] = set()

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not trainer.is_global_zero:
            return
        for name, loss in _similar(pl_module.loss):
            for logger in trainer.loggers:
                if isinstance(logger, TensorBoardLogger):
                    picture = heat_map(loss.similarity_KK().cpu().numpy(), loss.labels)
                    logger.experiment.add_image(f"{name}similarity", picture, trainer.global_step, dataformats="HWC")
                    for label, epsilon in zip(loss.labels, loss.effective_epsilon_K().tolist(), strict=True):
                        logger.experiment.add_scalar(f"{name}effective_epsilon/{label}", epsilon, trainer.global_step)
            self._say_collapsed(loss.collapsed_pairs(self.alarm), trainer.global_step)

    def _say_collapsed(self, pairs: list[tuple[str, str, float]], step: int) -> None:
        new = [pair for pair in pairs if pair[:2] not in self._told]
        if new:
            self._told.update(pair[:2] for pair in new)
            named = ", ".join(f"{a} and {b} ({similarity:.2f})" for a, b, similarity in new[:4])
            more = f" and {len(new) - 4} more pairs" if len(new) > 4 else ""
            console.say(
                f"alarm: at step {step} the loss takes labels of different type for the same: {named}{more}; "
                "raise loss.alpha or choose another loss.source"
            )


def _similar(loss: Any) -> Iterator[tuple[str, Any]]:
    for name, module in loss.named_modules():
        if hasattr(module, "collapsed_pairs"):
            yield f"{name}." if name else "", module


def heat_map(matrix_KK: NDArray[np.floating], labels: tuple[str, ...]) -> NDArray[np.uint8]:
    """A picture (height, width, 3) of a matrix with values from -1 (blue) over 0 (white) to 1 (red)."""
    margin = 8 + 7 * max(len(label) for label in labels)
    side = margin + CELL * len(labels)
    image = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    for row, label in enumerate(labels):
        at = margin + CELL * row
        draw.text((4, at + CELL // 3), label, fill="black")
        upright = Image.new("RGB", (margin, CELL), "white")
        ImageDraw.Draw(upright).text((4, CELL // 3), label, fill="black")
        image.paste(upright.rotate(90, expand=True), (at, 0))
        for column, value in enumerate(matrix_KK[row]):
            fade = int(255 * (1 - min(1.0, abs(float(value)))))
            colour = (255, fade, fade) if value >= 0 else (fade, fade, 255)
            x = margin + CELL * column
            draw.rectangle((x, at, x + CELL - 1, at + CELL - 1), fill=colour)
            draw.text((x + 8, at + CELL // 3), f"{value:.2f}", fill="black")
    return np.asarray(image)
