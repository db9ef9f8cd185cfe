"""What a user can mend."""

from __future__ import annotations


class SweepError(Exception):
    """The rule, the value received, where it stood, and what to do; it is shown without a traceback."""
