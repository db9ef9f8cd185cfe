"""Messages between the server and the process of a model: JSON, behind its length in four bytes.

JSON, not pickle: what comes over a pipe is data.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import IO, Any

_LENGTH = struct.Struct(">I")


def packed(message: Any) -> bytes:
    """A message as bytes.

    >>> packed({"texts": []})
    b'\\x00\\x00\\x00\\r{"texts": []}'
    """
    body = json.dumps(message, ensure_ascii=False).encode()
    return _LENGTH.pack(len(body)) + body


def receive(stream: IO[bytes]) -> Any:
    """The next message; None where the other side has ended."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    body = stream.read(length)
    return json.loads(body) if len(body) == length else None


async def received(stream: asyncio.StreamReader) -> Any:
    """The next message.

    Raises:
        asyncio.IncompleteReadError: the other side has ended.
    """
    length = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))[0]
    return json.loads(await stream.readexactly(length))
