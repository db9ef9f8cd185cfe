"""YAML that a user's own config groups hold: what a few lines of aliases stand for is counted before it is built.

A list of nine aliases of a list of nine aliases, nine times over, stands for 387 million values; OmegaConf would make
an object of each until the memory is full.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from omegaconf import _utils

MOST = 100_000  # values that a config file may stand for: more than any config has by three orders of magnitude
_loader = _utils.get_yaml_loader


@cache
def bounded_loader() -> Any:
    """OmegaConf's loader of YAML, which refuses a file that stands for more than `MOST` values."""

    class Bounded(_loader()):  # type: ignore[misc]
        def __init__(self, stream: Any) -> None:
            super().__init__(stream)
            self.sizes: dict[int, int] = {}

        def compose_node(self, parent: Any, index: Any) -> Any:
            node = super().compose_node(parent, index)
            if id(node) not in self.sizes:  # else it is an alias
                parts = node.value if isinstance(node, yaml.CollectionNode) else []
                inner = (one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
                self.sizes[id(node)] = 1 + sum(self.sizes.get(id(one), 1) for one in inner)
                if self.sizes[id(node)] > MOST:
                    place = node.start_mark
                    raise yaml.composer.ComposerError(
                        None,
                        None,
                        f"aliases stand for more than {MOST:,} values; a config writes its values out",
                        place,
                    )
            return node

    return Bounded
