from .crf_head import CRFHead as CRFHead
from .decode import viterbi as viterbi
from .potentials import CRFPotentials as CRFPotentials
