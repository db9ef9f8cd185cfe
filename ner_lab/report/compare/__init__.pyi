from .comparison import Comparison as Comparison
from .comparison import compare as compare
