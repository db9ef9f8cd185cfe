"""On which machine a benchmark ran, and what was chosen for it: a line beside every ratio."""

from __future__ import annotations

from typing import Any

import torch

from ner_lab.models.encoder.kernels.probe import probe
from ner_lab.training import precision


def machine() -> dict[str, Any]:
    """Processor, threads, kernels and precision, as `ner-lab doctor` says them."""
    found = probe()
    here, device = found.machine, torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return {
        "processor": here["processor"],
        "instructions": here["instructions"],
        "cores": here["cores"],
        "threads": torch.get_num_threads(),
        "kernels": list(found.kernels),
        "training_auto": precision.of_training("auto", "auto", precision.NARROWEST),
        "prediction_auto": str(precision.of_reading("auto", device, precision.NARROWEST)).removeprefix("torch."),
    }


if __name__ == "__main__":
    print(machine())
