from .checkpoint import Checkpoint as Checkpoint
from .hyperparameters import Hyperparameters as Hyperparameters
from .label_similarity import LabelSimilarity as LabelSimilarity
from .progress import TrainingBar as TrainingBar
from .pruning import Pruning as Pruning
from .stopwatch import Stopwatch as Stopwatch
