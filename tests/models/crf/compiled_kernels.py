"""Compiles every kernel of the CRF to machine code of an A100 and an H100, without a GPU; prints what it compiled.

A process of its own, since Triton decides when it is imported whether it interprets.
"""

from __future__ import annotations

from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from ner_lab.models.crf import kernel_messages
from ner_lab.models.crf.decode import RESCALE_EVERY

COUNTS = {"W": "i32", "K": "i32", "B": "i32", "lengths": "*i64", "labels": "*i64", "came_from": "*u8"}


def compiled(name: str, card: int, labels: int) -> Any:
    kernel = getattr(kernel_messages, name)
    sizes = kernel_messages.sizes(labels)
    constants = {"P": sizes.pop("P"), "RESCALE": RESCALE_EVERY}
    signature = {
        argument: "constexpr" if argument in constants else COUNTS.get(argument, "*fp32")
        for argument in kernel.arg_names
    }
    given = {(k,): constants[argument] for k, argument in enumerate(kernel.arg_names) if argument in constants}
    source = ASTSource(fn=kernel, signature=signature, constexprs=given)
    return triton.compile(source, target=GPUTarget("cuda", card, 32), options=sizes).asm["cubin"]


if __name__ == "__main__":
    for name in ("_pass", "_count_pairs", "_pull", "_best_path"):
        for card in (80, 90):
            for labels in (16, 64):
                assert compiled(name, card, labels)
                print(f"{name}:{card}:{labels}", flush=True)
