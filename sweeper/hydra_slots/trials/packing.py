"""An application as bytes, for the process that runs its trials."""

from __future__ import annotations

import io
import marshal
import types
from collections.abc import Mapping
from typing import Any

import cloudpickle

from hydra_slots.errors import SweepError


class Pickler(cloudpickle.Pickler):
    """By value, since functions of a script, and those that a decorator hides, have no name to import them by; and with
    the names of their files, which tracebacks show."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, types.CodeType):
            return marshal.loads, (marshal.dumps(obj),)
        return super().reducer_override(obj)


def pack(application: Mapping[str, Any]) -> bytes:
    """Raises:
    SweepError: something in it cannot be pickled.
    """
    packed = io.BytesIO()
    try:
        Pickler(packed).dump(dict(application))
    except Exception as error:
        raise SweepError(
            f"the application cannot be sent to another process ({type(error).__name__}: {error}); objects that cannot "
            "be pickled, such as open files, must be made inside the task function"
        ) from None
    return packed.getvalue()
