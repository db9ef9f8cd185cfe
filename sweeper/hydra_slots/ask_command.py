"""`hydra-slots create|ask|tell`: a study that gives its trials to whoever asks, in JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from hydra_slots.asking import STATES, AskedStudy
from hydra_slots.creating import create
from hydra_slots.visible import visible_json

ASK_ACTIONS = {
    "create": "make a study of a search space alone, for ask and tell",
    "ask": "take the next trial, to run it yourself: its number and overrides, as JSON",
    "tell": "say how a trial that was asked for has ended",
}


def add(action: argparse.ArgumentParser, name: str) -> None:
    """The arguments of one of the actions that come behind its folder."""
    action.add_argument("--trust", action="store_true", help="the study is mine: it may name classes and functions")
    if name == "create":
        action.add_argument("space", help="a YAML file with params, n_trials, direction, sampler, seeds, start_points")
    if name == "tell":
        action.add_argument("number", type=int, help="of the trial")
        action.add_argument("value", type=float, nargs="*", help="its value, or one for each objective")
        ends = [state.replace(" ", "-") for state in STATES if state != "complete"]
        action.add_argument("--state", choices=ends, help="instead of a value; given-up: it is queued again")
        action.add_argument("--reason", default="", help="why it failed")


def answer(chosen: argparse.Namespace) -> str:
    """What the action prints.

    Raises:
        SweepError: it cannot be done.
    """
    if chosen.action == "create":
        made = create(chosen.folder, chosen.space, chosen.trust)
        return _json({"study": made.study.study_name, "trials": made.said["n_trials"]})
    study = AskedStudy(chosen.folder, chosen.storage, chosen.study, chosen.trust)
    if chosen.action == "ask":
        trial = study.ask()
        return _json(None if trial is None else asdict(trial))
    value = chosen.value[0] if len(chosen.value) == 1 else chosen.value or None
    state = (chosen.state or "complete").replace("-", " ")
    now = study.tell(chosen.number, value, state, chosen.reason)
    tickets = study.tickets
    return _json({"number": chosen.number, "state": now, "finished": len(tickets.results), "trials": tickets.total})


def _json(said: object) -> str:
    return visible_json(json.dumps(said, ensure_ascii=False))
