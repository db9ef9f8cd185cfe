"""The numbers of test_corpora_statistics.py from the libraries that have these tests, in an environment of their own:

pip install scikit-posthocs==0.17.1 autorank==1.3.0 baycomp==1.0.3 statsmodels==0.15.0
python tests/report/compare/corpora_oracle.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import baycomp
import numpy as np
import pandas
import scikit_posthocs
from autorank import autorank
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

sys.path.insert(0, str(Path(__file__).parent))
from corpora_numbers import PAIRS, SCORES, VARIANCES

scores, variances = np.array(SCORES), np.array(VARIANCES)
ranked = autorank(pandas.DataFrame(scores, columns=list("0123")), force_mode="nonparametric")
print("MEAN_RANKS =", ranked.rankdf["meanrank"].sort_index().tolist())
print("FRIEDMAN =", [float(number) for number in stats.friedmanchisquare(*scores.T)], float(ranked.pvalue))
for name, adjusted in (("WILCOXON", None), ("WILCOXON_HOLM", "holm")):
    table = scikit_posthocs.posthoc_wilcoxon(list(scores.T), p_adjust=adjusted).values
    print(name, "=", {(i, j): float(table[i, j]) for i, j in PAIRS})
for rope in (0.01, 0.005):
    found = {(i, j): baycomp.SignedRankTest.probs(scores[:, j], scores[:, i], rope, random_state=0) for i, j in PAIRS}
    print("SIGNED_RANK", rope, {pair: [float(part) for part in parts] for pair, parts in found.items()})
for i, j in PAIRS:
    pooled = combine_effects(scores[:, i] - scores[:, j], variances, method_re="iterated", use_t=True)
    error = max(pooled.sd_eff_w_re_hksj, pooled.sd_eff_w_re)
    print("POOLED", (i, j), [float(pooled.mean_effect_re), float(pooled.tau2), float(error)])
