"""A corpus that the project generates: news, sport and reference prose with six types of names."""

from ner_lab.data.newswire.corpus import generate
from ner_lab.data.newswire.names import TYPES

__all__ = ["TYPES", "generate"]
