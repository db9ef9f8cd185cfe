"""A corpus that the project generates: news, sport and reference prose with six types of names."""

from ner_lab.newswire.corpus import generate
from ner_lab.newswire.names import TYPES

__all__ = ["TYPES", "generate"]
