from .encoder import Encoder as Encoder
from .pretrained import load as load
from .pretrained import minilm_folder as minilm_folder
from .tiny import tiny_model as tiny_model
from .tiny import tiny_tokenizer as tiny_tokenizer
