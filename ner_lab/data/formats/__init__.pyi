from .format import Format as Format
from .format import Sample as Sample
from .registry import FORMATS as FORMATS
from .registry import detect as detect
