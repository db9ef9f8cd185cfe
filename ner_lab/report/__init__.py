"""Reads run folders: compares them, and shows what one of them got wrong."""

from ner_lab.report.frame import runs

__all__ = ["runs"]
