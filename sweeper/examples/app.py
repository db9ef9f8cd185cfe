import hydra
import numpy as np

from hydra_slots import report


@hydra.main(version_base="1.3", config_path="conf", config_name="config")
def main(cfg):
    random = np.random.default_rng(cfg.seed)
    x = random.normal(size=(400, 8))
    y = np.sign(x @ np.arange(8.0) + 3 * random.normal(size=400))
    weights, velocity = np.zeros(8), np.zeros(8)
    for epoch in range(cfg.epochs):
        for rows in np.array_split(random.permutation(300), 300 // cfg.batch):
            slope = x[rows].T @ (y[rows] / (1 + np.exp(y[rows] * (x[rows] @ weights)))) / len(rows)
            velocity = cfg.optimizer.momentum * velocity + cfg.lr * slope
            weights += velocity
        loss = float(np.logaddexp(0, -y[300:] * (x[300:] @ weights)).mean())
        report(loss, epoch)  # a hopeless trial ends here; outside a sweep this does nothing
    return loss


if __name__ == "__main__":
    main()
