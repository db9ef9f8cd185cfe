import hydra
import numpy as np

from hydra_slots import checkpoint, report


@hydra.main(version_base="1.3", config_path="conf", config_name="config")
def main(cfg):
    random = np.random.default_rng(cfg.seed)
    x = random.normal(size=(400, 8))
    y = np.sign(x @ np.arange(8.0) + 3 * random.normal(size=400))
    weights, velocity, begin = np.zeros(8), np.zeros(8), 0
    saved = checkpoint("state") / "weights.npz"  # says where it lies, and is where the trial left it
    if saved.exists():
        kept = np.load(saved)
        weights, velocity, begin = kept["weights"], kept["velocity"], int(kept["epoch"]) + 1
    for epoch in range(begin, cfg.epochs):
        # Drawn for this epoch, so that it does not matter whether the trial has paused before it.
        order = np.random.default_rng([cfg.seed, epoch]).permutation(300)
        for rows in np.array_split(order, 300 // cfg.batch):
            slope = x[rows].T @ (y[rows] / (1 + np.exp(y[rows] * (x[rows] @ weights)))) / len(rows)
            velocity = cfg.optimizer.momentum * velocity + cfg.lr * slope
            weights += velocity
        loss = float(np.logaddexp(0, -y[300:] * (x[300:] @ weights)).mean())
        np.savez(saved.with_name("new.npz"), weights=weights, velocity=velocity, epoch=epoch)
        saved.with_name("new.npz").replace(saved)  # whole or not at all, whenever the trial is killed
        report(loss, epoch + 1)  # it may pause here, after the checkpoint is written
    return loss


if __name__ == "__main__":
    main()
