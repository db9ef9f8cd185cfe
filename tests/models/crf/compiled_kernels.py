"""Compiles every kernel of the CRF to machine code of an A100 and an H100, without a GPU; prints what it compiled, and
which variables its first loop carries from step to step.

A process of its own, since Triton decides when it is imported whether it interprets.
"""

from __future__ import annotations

import re
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from ner_lab.models.crf import kernel_likelihood, kernel_marginals, kernel_messages
from ner_lab.models.crf.decode import RESCALE_EVERY

COUNTS = {"W": "i32", "K": "i32", "B": "i32", "lengths": "*i64", "labels": "*i64", "gold": "*i64", "came_from": "*u8"}
KERNELS = {
    kernel_messages: ("_pass", "_count_pairs", "_pull", "_best_path"),
    kernel_likelihood: ("_nll", "_nll_gradients"),
    kernel_marginals: ("_log_marginals", "_marginal_gradients"),
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
    return triton.compile(source, target=GPUTarget("cuda", card, 32), options=sizes)


if __name__ == "__main__":
    for module, names in KERNELS.items():
        for name in names:
            for card, labels, numbers in ((80, 16, "*fp32"), (80, 64, "*fp64"), (90, 16, "*fp64"), (90, 64, "*fp32")):
                made = compiled(getattr(module, name), card, labels, numbers)
                assert made.asm["cubin"]
                loop = re.search(r"scf.for .* iter_args\(([^)]*)\)", made.asm["ttir"])
                carried = re.findall(r"%([a-z]+)\w* =", loop[1]) if loop else []
                print(f"{name}:{card}:{labels}:{','.join(carried)}", flush=True)
