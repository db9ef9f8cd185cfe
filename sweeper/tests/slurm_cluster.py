"""A real SLURM cluster for a test: this machine alone, its daemons run by root in a folder of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres_server import free_port

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"  # where Debian has the daemons
DAEMONS = ("slurmctld", "slurmd", "munged")


def needed() -> None:
    """Skips the test where SLURM is not installed; fails it where SLOTS_NEEDS_SLURM says that it must be."""
    missing = [name for name in DAEMONS if not shutil.which(name, path=PATH)]
    reason = f"no {', '.join(missing)}: apt-get install slurm-wlm munge" if missing else ""
    if os.geteuid() != 0:
        reason = "only root can start a SLURM cluster"
    if reason and os.environ.get("SLOTS_NEEDS_SLURM"):
        pytest.fail(f"SLOTS_NEEDS_SLURM is set, but {reason}")
    if reason:
        pytest.skip(reason)


SETTINGS = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ReturnToService=2
KillWait=5
MpiDefault=none
MessageTimeout=30
SchedulerParameters=sched_interval=1
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=40000 Gres=gpu:2 State=UNKNOWN
PartitionName=gpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Runs a cluster of eight CPUs and two GPUs, whatever the machine has; yields what its commands need in the
    environment."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
    folder.chmod(0o755)
    environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(folder / "slurm.conf")}
    ports = {"controller": free_port(), "node": free_port()}
    host = socket.gethostname().partition(".")[0]
    (folder / "slurm.conf").write_text(SETTINGS.format(folder=folder, host=host, **ports))
    (folder / "gres.conf").write_text("Name=gpu File=/dev/null\nName=gpu File=/dev/zero\n")
    (folder / "munge.key").write_bytes(os.urandom(1024))
    (folder / "munge.key").chmod(0o600)
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    files = {"socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed", "key-file": "key"}
    munge = [f"--{option}={folder}/munge.{name}" for option, name in files.items()]
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> None:
        with (folder / "output.log").open("ab") as log:
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    try:
        start("munged", "--foreground", "--force", *munge)
        start("slurmctld", "-D")
        start("slurmd", "-D")
        deadline = time.monotonic() + 60
        asked = ["sinfo", "--noheader", "--format=%T"]
        while (done := subprocess.run(asked, env=environment, capture_output=True, text=True)).stdout.strip() != "idle":
            logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in folder.glob("*.log"))
            assert time.monotonic() < deadline, f"no node is idle: {done.stdout} {done.stderr}\n{logs}"
            time.sleep(0.5)
        yield environment
    finally:
        subprocess.run(["scancel", "--user=root"], env=environment, check=False)
        for process in reversed(started):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
