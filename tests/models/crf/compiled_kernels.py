"""Compiles every kernel of the CRF to machine code of an A100 and an H100, without a GPU; prints what it compiled.

A process of its own, since Triton decides when it is imported whether it interprets.
"""

from __future__ import annotations

from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from ner_lab.models.crf import kernel_likelihood, kernel_messages
from ner_lab.models.crf.decode import RESCALE_EVERY

COUNTS = {"W": "i32", "K": "i32", "B": "i32", "lengths": "*i64", "labels": "*i64", "gold": "*i64", "came_from": "*u8"}
KERNELS = {
    kernel_messages: ("_pass", "_count_pairs", "_pull", "_best_path"),
    kernel_likelihood: ("_nll", "_nll_gradients"),
}


def compiled(kernel: Any, card: int, labels: int, numbers: str) -> Any:
    sizes = kernel_messages.sizes(labels)
    constants = {"P": sizes.pop("P"), "RESCALE": RESCALE_EVERY, "STEP": kernel_likelihood.WORDS}
    signature = {
        argument: "constexpr" if argument in constants else COUNTS.get(argument, numbers)
        for argument in kernel.arg_names
    }
    given = {(k,): constants[argument] for k, argument in enumerate(kernel.arg_names) if argument in constants}
    source = ASTSource(fn=kernel, signature=signature, constexprs=given)
    return triton.compile(source, target=GPUTarget("cuda", card, 32), options=sizes).asm["cubin"]


if __name__ == "__main__":
    for module, names in KERNELS.items():
        for name in names:
            for card, labels, numbers in ((80, 16, "*fp32"), (80, 64, "*fp64"), (90, 16, "*fp64"), (90, 64, "*fp32")):
                assert compiled(getattr(module, name), card, labels, numbers)
                print(f"{name}:{card}:{labels}", flush=True)
