import os
import signal
import time

import hydra

from hydra_slots import report


@hydra.main(version_base="1.3", config_path=".", config_name="config")
def main(cfg):
    if cfg.trouble == "error":
        raise RuntimeError("trouble of its own")
    if cfg.trouble == "exit":
        os._exit(3)
    if cfg.trouble == "memory":  # as the kernel ends a process for which there is none left
        os.kill(os.getpid(), signal.SIGKILL)
    if cfg.trouble == "sys_exit":
        raise SystemExit(4)
    if cfg.trouble == "no_number":
        return float("nan")
    if cfg.trouble == "nothing":
        return None
    for step in range(cfg.steps):
        time.sleep(cfg.seconds / cfg.steps)
        report((cfg.x - 2) ** 2 + 10 / (step + 1), step)
    print("all steps are reported", flush=True)
    time.sleep(cfg.pause)
    print("devices", os.environ.get("CUDA_VISIBLE_DEVICES"), "threads", os.environ["OMP_NUM_THREADS"])
    value = (cfg.x - 2) ** 2 + cfg.shape.offset + 0.001 * cfg.seed
    return (value, cfg.x) if cfg.get("pair") else value


if __name__ == "__main__":
    main()
