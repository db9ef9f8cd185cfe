from .corpus import generate as generate
from .names import TYPES as TYPES
from .newswire_data import NewswireData as NewswireData
