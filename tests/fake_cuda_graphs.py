"""CUDA graphs on a CPU: what is captured is written down, operation by operation, and replayed into the same memory.

As on a GPU a replay runs no Python: numbers that were baked in stay what they were, random numbers are drawn anew, and
to ask for a number during a capture, or where waiting was made an error, is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

# On a GPU the host would stand still until it knows: a number, or how large a result is.
WAITS = {"_local_scalar_dense", "nonzero", "equal", "masked_select", "is_nonzero", "_unique2"}


def waits(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> bool:
    name = func._schema.name.removeprefix("aten::")
    by_mask = name == "index" and any(t is not None and t.dtype == torch.bool for t in args[1])
    return name in WAITS or by_mask or (func is torch.ops.aten.repeat_interleave.Tensor and not kwargs)


class _NoWaiting(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if waits(func, args, kwargs):
            raise RuntimeError(f"called a synchronizing CUDA operation: {func}")
        return func(*args, **(kwargs or {}))


class FakeGraph:
    """In the place of `torch.cuda.CUDAGraph`."""

    def __init__(self) -> None:
        self.operations: list[tuple[Any, Any, Any, Any]] = []
        self.replays = 0

    @torch.no_grad()
    def replay(self) -> None:
        self.replays += 1
        for func, args, kwargs, written in self.operations:
            for own, new in zip(tree_leaves(written), tree_leaves(func(*args, **kwargs)), strict=False):
                if isinstance(own, Tensor):
                    own.detach().copy_(new)


class FakeCapture(_NoWaiting):
    """In the place of `torch.cuda.graph`."""

    streams: ClassVar[dict[Any, Any]] = {}  # by pool

    def __init__(self, graph: FakeGraph, pool: Any, stream: Any, capture_error_mode: str) -> None:
        super().__init__()
        assert pool is not None and capture_error_mode == "thread_local"
        assert self.streams.setdefault(pool, stream) is stream, "memory of a pool is shared within a stream alone"
        self.graph = graph

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = super().__torch_dispatch__(func, types, args, kwargs)
        aliases = [one.alias_info for one in func._schema.returns if one.alias_info is not None]
        in_place = any(alias.is_write for alias in aliases)
        if in_place or not (aliases or "empty" in func._schema.name):  # a view needs nothing
            self.graph.operations.append((func, args, kwargs or {}, None if in_place else found))
        return found


@pytest.fixture
def fake_cuda_graphs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`torch.cuda`, as far as recordings need it."""
    strict: list[_NoWaiting] = []

    def set_sync_debug_mode(mode: Any) -> None:
        if mode == "error":
            strict.append(_NoWaiting())
            strict[-1].__enter__()
        elif strict:
            strict.pop().__exit__(None, None, None)

    class Stream:
        def wait_stream(self, other: Any) -> None:
            pass

    for name, value in {
        "CUDAGraph": FakeGraph,
        "graph": FakeCapture,
        "Stream": Stream,
        "current_stream": Stream,
        "stream": lambda stream: nullcontext(),
        "graph_pool_handle": lambda: object(),
        "get_sync_debug_mode": lambda: 0,
        "set_sync_debug_mode": set_sync_debug_mode,
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    yield
    assert not strict
