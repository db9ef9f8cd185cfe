"""What a smoothing loss takes for similar is drawn, logged and, where labels merge, said."""

from __future__ import annotations

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ner_lab.files import RunFolder
from ner_lab.training.callbacks.label_similarity import CELL, heat_map


def test_a_heat_map_is_red_for_one_and_blue_for_minus_one():
    picture = heat_map(np.array([[1.0, -1.0], [0.0, 0.5]]), ("O", "B-PER"))
    margin = 8 + 7 * 5
    corner = lambda row, column: tuple(picture[margin + CELL * row + 2, margin + CELL * column + 2])  # noqa: E731
    assert picture.shape == (margin + 2 * CELL, margin + 2 * CELL, 3)
    assert corner(0, 0) == (255, 0, 0) and corner(0, 1) == (0, 0, 255) and corner(1, 0) == (255, 255, 255)
    assert corner(1, 1) == (255, 127, 127)


def test_similarity_and_epsilon_reach_tensorboard_and_an_alarm_names_the_labels(train, capsys):
    result = train("loss=embedding_label_smoothing", "callbacks.label_similarity.alarm=1e-6", "logger=tensorboard")
    events = EventAccumulator(str(RunFolder(result.folder).tensorboard))
    events.Reload()
    assert "similarity" in events.Tags()["images"]
    assert abs(events.Scalars("effective_epsilon/O")[0].value - 0.1) < 1e-6
    assert "the loss takes labels of different type for the same" in capsys.readouterr().err
