"""For the peer: a sampler that suggests a fixed list, so that both sides run the same trials in the same order."""

from optuna.samplers import BaseSampler


class Listed(BaseSampler):
    """Suggests `order[trial.number]` for the only parameter."""

    def __init__(self, order):
        self.order = list(order)

    def infer_relative_search_space(self, study, trial):
        return {}

    def sample_relative(self, study, trial, search_space):
        return {}

    def sample_independent(self, study, trial, param_name, param_distribution):
        return self.order[trial.number]
