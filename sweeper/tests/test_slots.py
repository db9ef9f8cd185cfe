"""Slots: how devices and threads are shared out, and where GPUs are looked for."""

from __future__ import annotations

import os

import pytest

from hydra_slots.errors import SweepError
from hydra_slots.trials import slots


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in ("OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)


def names(setting, gpus=(), cpus=8):
    return [(slot.name, slot.threads, slot.devices, slot.memory_fraction) for slot in slots.plan(setting, gpus, cpus)]


def test_a_machine_without_gpus_divides_its_threads():
    assert names("auto") == [(f"cpu:{i}", 2, None, None) for i in range(4)]
    assert names("auto", cpus=2) == [("cpu:0", 1, None, None), ("cpu:1", 1, None, None)]
    assert names(3) == [(f"cpu:{i}", 2, None, None) for i in range(3)]
    assert [threads for _, threads, *_ in names(20)] == [1] * 20
    assert names({"cpus": 1, "threads": 5}, gpus=["0"]) == [("cpu:0", 5, "", None)], "GPUs are hidden"


def test_one_slot_for_each_gpu():
    assert names("auto", ["0", "3"]) == [("gpu:0", 4, "0", None), ("gpu:3", 4, "3", None)]
    assert names(1, ["0", "3"]) == [("gpu:0", 8, "0", None)]
    long = names("auto", ["GPU-6a3e", "MIG-77b1"])
    assert [(name, devices) for name, _, devices, _ in long] == [("gpu:0", "GPU-6a3e"), ("gpu:1", "MIG-77b1")]


def test_slots_on_one_gpu_share_its_memory():
    shared = names({"gpus": [0, 1], "per_gpu": 2})
    assert shared == [(f"gpu:{gpu}/{turn}", 2, str(gpu), 0.45) for turn in range(2) for gpu in range(2)]
    assert {row[3] for row in names({"gpus": [0], "per_gpu": 3, "memory_fraction": 0.3})} == {0.3}
    uneven = names(3, ["0", "1"])
    assert [(name, fraction) for name, *_, fraction in uneven] == [
        ("gpu:0/0", 0.45),
        ("gpu:1", None),
        ("gpu:0/1", 0.45),
    ]


def test_threads_that_the_user_has_set_are_not_exceeded(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert {threads for _, threads, *_ in names(2)} == {1}


@pytest.mark.parametrize(
    "setting",
    [0, -1, True, 1.5, "all", None, [], {}, {"gpus": []}, {"gpus": [0, 0]}, {"gpus": [0], "per_gpu": 0}, {"cpus": 0},
     {"gpus": [0], "memory_fraction": 1.5}, {"cpus": 1, "per_gpu": 2}, {"cpus": 1, "threads": 0}],
)  # fmt: skip
def test_other_settings_are_refused_with_the_rule(setting):
    with pytest.raises(SweepError, match=r"hydra\.sweeper\.slots must be auto, a number"):
        slots.plan(setting, [], 4)


def test_more_than_a_whole_gpu_and_gpus_that_are_not_there_are_refused():
    with pytest.raises(SweepError, match=r"want 1\.2 of a GPU"):
        slots.plan({"gpus": [0], "per_gpu": 2, "memory_fraction": 0.6}, [], 4)
    with pytest.raises(SweepError, match="no GPU is visible"):
        slots.plan({"gpus": "auto"}, [], 4)


@pytest.mark.parametrize(
    ("value", "found"), [("0,2", ["0", "2"]), ("", []), ("-1", []), ("0,-1,2", ["0"]), (" GPU-1 , 3", ["GPU-1", "3"])]
)
def test_cuda_visible_devices_comes_first(monkeypatch, value, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", value)
    assert slots.visible_gpus() == found


def test_nvidia_smi_is_asked_where_the_variable_is_not_set(monkeypatch, tmp_path):
    listed = """GPU 0: NVIDIA H100 (UUID: GPU-aaa)
GPU 1: NVIDIA H100 (UUID: GPU-bbb)
  MIG 3g.40gb     Device  0: (UUID: MIG-ccc)
  MIG 3g.40gb     Device  1: (UUID: MIG-ddd)"""
    tool = tmp_path / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{listed}\nEND\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert slots.visible_gpus() == ["0", "MIG-ccc", "MIG-ddd"]
    tool.write_text("#!/bin/sh\necho no driver >&2\nexit 9\n")
    assert slots.visible_gpus() == []


def test_entering_a_slot_sets_devices_and_threads():
    environment = {"CUDA_VISIBLE_DEVICES": "5"}
    slots.Slot("cpu:0", 3).enter(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == "5" and environment["OMP_NUM_THREADS"] == "3"
    slots.Slot("gpu:2", 1, "2").enter(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == "2" and environment["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
