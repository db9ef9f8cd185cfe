from .between import MLP as MLP
from .between import BiLSTM as BiLSTM
from .between import Nothing as Nothing
from .cosine import CosineHead as CosineHead
from .crf.crf_head import CRFHead as CRFHead
from .encoder.encoder import Encoder as Encoder
from .head import Head as Head
from .linear import LinearHead as LinearHead
