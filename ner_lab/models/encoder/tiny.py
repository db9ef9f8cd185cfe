"""A transformer of random weights with a tokenizer built on the fly: for tests, debugging and quick searches."""

from __future__ import annotations

import string
from itertools import product

from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """Lower-cased WordPiece over every ASCII character and every pair of letters: about three subwords a word.

    Examples:
        >>> from ner_lab.models.encoder import tiny_tokenizer
        >>> tiny_tokenizer().tokenize("Oslo, 1905")
        ['os', '##lo', ',', '1', '##9', '##0', '##5']
    """
    characters = string.ascii_lowercase + string.digits + string.punctuation
    pairs = ["".join(pair) for pair in product(string.ascii_lowercase, repeat=2)]
    pieces = [*characters, *pairs]
    vocabulary = {piece: i for i, piece in enumerate([*SPECIAL, *pieces, *("##" + piece for piece in pieces)])}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=200))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=128,
    )


WIDTH = 64  # hidden units


def tiny_model(vocabulary_size: int) -> BertModel:
    """BERT with 2 layers of width 64: about 0.2 million parameters, positions for 128 subwords.

    Examples:
        >>> from ner_lab.models.encoder import tiny_model
        >>> tiny_model(vocabulary_size=1000).config.hidden_size
        64
    """
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=128,
    )
    return BertModel(config, add_pooling_layer=False)
