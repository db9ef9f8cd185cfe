"""Embeddings whose gradient keeps its memory on a CPU. That of a whole vocabulary is larger than what malloc keeps, so
each step would take fresh memory, which the system clears page by page."""

from __future__ import annotations

from threading import Lock
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

LARGE = 2**25  # bytes: what is smaller, glibc's malloc keeps for the next step (DEFAULT_MMAP_THRESHOLD_MAX)


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    return "" if hasattr(torch._C, "_storage_Use_Count") else f"torch {torch.__version__} has no _storage_Use_Count"


def _holders(x: Tensor) -> int:
    """How many hold its memory."""
    return int(torch._C._storage_Use_Count(x.untyped_storage()._cdata))


class GradientMemory:
    """Memory that is handed out again once nobody else holds it.

    Examples:
        >>> import torch
        >>> from ner_lab.models.encoder.kernels.embedding import GradientMemory
        >>> memory, like = GradientMemory(), torch.ones(2)
        >>> first = memory.zeros_like(like)
        >>> place = first.data_ptr()
        >>> memory.zeros_like(like).data_ptr() == place  # the first is still held
        False
        >>> del first
        >>> memory.zeros_like(like).data_ptr() == place
        True
    """

    def __init__(self) -> None:
        self._kept: Tensor | None = None
        self._alone = 0
        self._turn = Lock()  # threads may share a model

    def __reduce__(self) -> Any:
        return GradientMemory, ()  # a copy has memory of its own

    def zeros_like(self, x: Tensor) -> Tensor:
        """Zeros of the shape and type of `x`; of what is handed out at a time, one has kept memory."""
        with self._turn:
            if self._kept is None or (self._kept.shape, self._kept.dtype) != (x.shape, x.dtype):
                self._kept = torch.empty_like(x, memory_format=torch.contiguous_format)
                self._alone = _holders(self._kept)
            # Autograd keeps a tensor as the weight's gradient where nobody else has it, and copies it otherwise.
            given = self._kept.detach() if _holders(self._kept) == self._alone else None
        return torch.zeros_like(x, memory_format=torch.contiguous_format) if given is None else given.zero_()


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight_VE: Tensor, ids: Tensor, padding: int | None, memory: GradientMemory) -> Tensor:
        ctx.save_for_backward(ids)
        # Not saved: as torch's own gradient, this one does not need the weights as they were.
        ctx.like_VE, ctx.padding, ctx.memory = weight_VE.detach(), padding, memory
        return functional.embedding(ids, weight_VE)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        (ids,) = ctx.saved_tensors
        gradient_VE = ctx.memory.zeros_like(ctx.like_VE)
        gradient_VE.index_add_(0, ids.flatten(), gradients[0].flatten(0, -2))
        if ctx.padding is not None:
            gradient_VE[ctx.padding] = 0
        return gradient_VE, None, None, None


class Embedding(nn.Embedding):
    """`nn.Embedding`, whose gradient on the CPU keeps its memory."""

    def forward(self, input: Tensor) -> Tensor:
        learns = self.weight.requires_grad and torch.is_grad_enabled()
        if not (learns and input.device.type == "cpu" and input.dim()):
            return super().forward(input)
        memory = self.__dict__.setdefault("memory", GradientMemory())
        return _Lookup.apply(self.weight, input, self.padding_idx, memory)


def replace_embedding(module: nn.Module) -> None:
    """Makes every large `nn.Embedding` inside a module an `Embedding`, with the same parameters."""
    for part in module.modules():
        if type(part) is not nn.Embedding or part.max_norm is not None or part.sparse or part.scale_grad_by_freq:
            continue
        if part.weight.numel() * part.weight.element_size() > LARGE:
            part.__class__ = Embedding
