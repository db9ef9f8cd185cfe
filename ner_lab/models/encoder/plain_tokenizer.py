"""A tokenizer without transformers, as `SubwordEncoder` asks for one."""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer


class PlainTokenizer:
    """`tokenizer.json` by the library that transformers asks, too.

    Args:
        settings: the text of the file.
        pad_id, unknown_id: of the padding, and of what the tokenizer does not know.
        longest: subwords that a row may have.
    """

    def __init__(self, settings: str, pad_id: int | None, unknown_id: int | None, longest: int = 10**9) -> None:
        self.backend_tokenizer: Any = Tokenizer.from_str(settings)
        self.pad_token_id, self.unk_token_id, self.model_max_length = pad_id, unknown_id, longest

    def __call__(self, text: str, add_special_tokens: bool = True) -> dict[str, list[int]]:
        self.backend_tokenizer.no_truncation()
        self.backend_tokenizer.no_padding()
        return {"input_ids": self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens).ids}
