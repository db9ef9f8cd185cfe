"""The tokenizer of an export, called as `SubwordEncoder` calls one of transformers."""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer

from ner_lab.data.encode import SubwordEncoder
from ner_lab.types import UserError


class PlainTokenizer:
    """`tokenizer.json` without transformers.

    Args:
        settings: the text of the file.
        pad_id, unknown_id: of the padding, and of what the tokenizer does not know.
    """

    def __init__(self, settings: str, pad_id: int | None, unknown_id: int | None) -> None:
        self.backend_tokenizer: Any = Tokenizer.from_str(settings)
        self.backend_tokenizer.no_truncation()
        self.backend_tokenizer.no_padding()
        self.pad_token_id, self.unk_token_id = pad_id, unknown_id

    def __call__(
        self, text: str | list[list[str]], is_split_into_words: bool = False, add_special_tokens: bool = True
    ) -> dict[str, Any]:
        if isinstance(text, str):
            return {"input_ids": self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens).ids}
        found = self.backend_tokenizer.encode_batch_fast(
            text, is_pretokenized=is_split_into_words, add_special_tokens=add_special_tokens
        )
        return {"input_ids": [one.ids for one in found]}


def subword_encoder(
    settings: str, pad_id: int | None, unknown_id: int | None, max_subwords: int, place: str
) -> SubwordEncoder:
    """Words to subwords by the text of a `tokenizer.json`.

    Raises:
        UserError: it is no tokenizer.
    """
    try:
        encoder = SubwordEncoder(PlainTokenizer(settings, pad_id, unknown_id), max_subwords)  # type: ignore[arg-type]
    except UserError:
        raise
    except BaseException as error:  # Rust's panic is no Exception
        if not (isinstance(error, Exception) or type(error).__name__ == "PanicException"):
            raise
        raise UserError(f"{place}: is no tokenizer ({next(iter(str(error).splitlines()), '')[:200]})") from None
    if encoder.capacity < 1:
        raise UserError(f"{place}: a row of {max_subwords} subwords has no room for a word beside special tokens")
    return encoder
