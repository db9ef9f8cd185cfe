"""Words to subwords by the tokenizer of an export."""

from __future__ import annotations

from ner_lab.data.encode import SubwordEncoder
from ner_lab.models.encoder.plain_tokenizer import PlainTokenizer
from ner_lab.types import UserError


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
