import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig

from hydra_slots import checkpoint, report
from hydra_slots.trials.outcome import Outcome


@hydra.main(version_base="1.3", config_path=".", config_name="config")
def main(cfg):
    if "error" in cfg.trouble:
        raise RuntimeError("trouble of its own")
    if cfg.trouble == "exit":
        os._exit(3)
    if cfg.trouble == "ctrl_c":  # as a library that stops at something says so
        raise KeyboardInterrupt
    if cfg.trouble == "memory":  # as the kernel ends a process for which there is none left
        os.kill(os.getpid(), signal.SIGKILL)
    if cfg.trouble == "tells_nobody":  # it is killed between writing its outcome and telling it
        write = Outcome.write

        def write_and_die(outcome, folder):
            write(outcome, folder)
            os.kill(os.getpid(), signal.SIGKILL)

        Outcome.write = write_and_die
    if cfg.trouble == "sys_exit":
        raise SystemExit(4)
    if cfg.trouble == "no_number":
        return float("nan")
    if cfg.trouble == "nothing":
        return None
    if cfg.trouble == "fill_at_2" and HydraConfig.get().job.num >= 2 and "FILLED" not in os.environ:
        with open(f"{HydraConfig.get().sweep.dir}/filling", "wb") as file:
            for _ in range(10_000):
                file.write(b"x" * 1000)
    if "children" in cfg.trouble:  # with sessions of their own: one that is forked, one of another program
        if not os.fork():
            os.setsid()
            if not os.fork():
                Path("forked").write_text(str(os.getpid()))
                time.sleep(600)
            os._exit(0)
        other = "import os, time; open('started', 'w').write(str(os.getpid())); time.sleep(600)"
        subprocess.Popen([sys.executable, "-c", other], start_new_session=True)
        while not (os.path.exists("forked") and os.path.exists("started")):
            time.sleep(0.01)
    if "hang" in cfg.trouble:
        print("hangs", flush=True)
        time.sleep(600)
    done = checkpoint("state") / "steps" if cfg.saves else None
    begin = int(done.read_text()) if done and done.exists() else 0
    for step in range(begin, cfg.steps):
        time.sleep(cfg.seconds / cfg.steps)
        if done:
            os.write(1, f"step {step}\n".encode())  # at once: an unbuffered print can be killed within its line
            done.with_name("new").write_text(str(step + 1))
            done.with_name("new").replace(done)
        report((cfg.x - 2) ** 2 + 10 / (step + 1), step)
    print("all steps are reported", flush=True)
    time.sleep(cfg.pause)
    print("devices", os.environ.get("CUDA_VISIBLE_DEVICES"), "threads", os.environ["OMP_NUM_THREADS"])
    value = (cfg.x - 2) ** 2 + cfg.shape.offset + 0.001 * cfg.seed
    return (value, cfg.x) if cfg.get("pair") else value


if __name__ == "__main__":
    main()
