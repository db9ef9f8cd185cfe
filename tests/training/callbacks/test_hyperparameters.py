"""Runs and their scores in TensorBoard's HPARAMS tab."""

from __future__ import annotations

import json

import pytest
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.hparams import metadata

from ner_lab.training.callbacks.hyperparameters import hyperparameters


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["loss=focal", "optimizer.lr=1e-3", "seed=2"], {"loss": "focal", "optimizer.lr": 0.001, "seed": 2.0}),
        (["+data.x=true", "++model/head=crf"], {"data.x": True, "model/head": "crf"}),
        (["~logger", "data.dir=/somewhere", "run_dir=x", "data.size=null"], {"data.size": "null"}),
        ([], {}),
    ],
)
def test_overrides_become_hyperparameters(overrides, expected):
    assert hyperparameters(overrides) == expected


def test_a_run_shows_its_overrides_and_dev_scores(train):
    node = "++callbacks.hyperparameters"
    target = f"{node}._target_=ner_lab.training.callbacks.hyperparameters.Hyperparameters"
    result = train("logger=tensorboard", "loss=focal", target, f"{node}.folder=${{run_dir}}")
    events = EventMultiplexer().AddRunsFromDirectory(str(result.folder / "tensorboard")).Reload()
    accumulator = events.GetAccumulator(".")
    content = accumulator.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    session = metadata.parse_session_start_info_plugin_data(content)
    assert session.hparams["loss"].string_value == "focal"
    (score,) = accumulator.Tensors("hparams/best_dev_f1")
    history = [float(e.tensor_proto.float_val[0]) for e in accumulator.Tensors("dev/f1")]
    assert float(score.tensor_proto.float_val[0]) == pytest.approx(max(history))
    assert json.loads((result.folder / "metrics.json").read_text())["dev"]["f1"] == pytest.approx(max(history))
    assert accumulator.Tensors("hparams/dev_loss") and accumulator.Tensors("hparams/dev_accuracy")
