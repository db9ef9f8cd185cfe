"""NER Lab: which encoder, head and loss to ship, and is the difference real?

From Python, beside the command line: `ner_lab.runs`. Nothing heavy is imported before it is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ner_lab.report.frame import runs as runs

__version__ = "0.1.0"

_FACE = {"runs": "ner_lab.report.frame"}


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_FACE[name]), name)
