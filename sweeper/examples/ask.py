import numpy as np

import hydra_slots

# The same folder and space once more go on where this ended, also in another process or beside it.
study = hydra_slots.create("sweeps/asked", "space.yaml")
x = np.linspace(-1, 1, 50)
while trial := study.ask():
    fitted = np.polynomial.Polynomial.fit(x, np.exp(x), trial.values["degree"], w=x**2 + trial.values["weight"])
    study.tell(trial.number, float(np.abs(fitted(x) - np.exp(x)).max()))
