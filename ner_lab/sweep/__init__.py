"""Sweeps: an Optuna sweeper for any Hydra application. An application itself needs nothing but `report`."""

from ner_lab.sweep.reporting import report

__all__ = ["report"]
