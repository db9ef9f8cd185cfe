from .corpus import generate as generate
from .datamodule import NewswireData as NewswireData
from .names import TYPES as TYPES
