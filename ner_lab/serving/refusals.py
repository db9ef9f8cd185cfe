"""What a service does not do, and how it says so: a status, a sentence, and when to come again."""

from __future__ import annotations

from dataclasses import dataclass

TEXTS = 10_000  # of a request
SOON = 1  # seconds after which a full queue may have room


class RefusedRequestError(Exception):
    """A request that is not answered.

    Attributes:
        status: of HTTP.
        retry_after: seconds, where the same request may be answered later.
    """

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.retry_after = status, detail, retry_after


@dataclass(frozen=True)
class Limits:
    """Of a service.

    Attributes:
        body: bytes of a request.
        seconds: that a request may take, waiting included.
        queue: requests that may wait for a model.
    """

    body: int = 2_000_000
    seconds: float = 60.0
    queue: int = 1000

    @property
    def characters(self) -> int:
        """That may wait for a model in all requests together."""
        return 16 * self.body


def too_large(limit: int) -> RefusedRequestError:
    return RefusedRequestError(413, f"a request has at most {limit:,} bytes (body={limit} at the start); send several")


def full(waiting: int) -> RefusedRequestError:
    return RefusedRequestError(503, f"{waiting:,} requests wait already; come again later", SOON)


def late(seconds: float) -> RefusedRequestError:
    return RefusedRequestError(504, f"not answered within {seconds:g} seconds (seconds= at the start); try again", SOON)


def abandoned() -> RefusedRequestError:
    """For the counters: nobody hears it."""
    return RefusedRequestError(499, "the client has gone")


def lost(how: str) -> RefusedRequestError:
    return RefusedRequestError(503, f"the process of the model died while it read this ({how}); it is started again", 5)


def down(why: str) -> RefusedRequestError:
    return RefusedRequestError(503, f"the model cannot be started again ({why})", 30)
