"""A build by a Slurm job array on one machine: daemons of its own on the loopback, one task killed and requeued. Merged, it
equals the build of one process byte for byte."""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

import csgis_test as t

TOOLS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
MISSING = [tool for tool in TOOLS if shutil.which(tool, path=PATH) is None]
if MISSING or os.geteuid() != 0:
    print(f"SKIPPED: {', '.join(MISSING) or 'root'} missing (slurm-wlm, munge; daemons are started as root)")
    sys.exit(77)

TASKS = 4
CONFIGURATION = """
ClusterName=csgis-test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={state}/munge/socket
StateSaveLocation={state}/ctld
SlurmdSpoolDir={state}/spool
SlurmctldPidFile={state}/slurmctld.pid
SlurmdPidFile={state}/slurmd.pid
SlurmctldLogFile={state}/slurmctld.log
SlurmdLogFile={state}/slurmd.log
SlurmctldPort={port}
SlurmdPort={node_port}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES State=UP
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds * t.SLOWNESS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.1)


class Slurm(t.Case):
    def setUp(self):
        super().setUp()
        self.state = self.dir / "slurm"
        for name in ("munge", "ctld", "spool"):
            (self.state / name).mkdir(parents=True)
        os.chmod(self.dir, 0o755)
        self.environment = t.environment(SLURM_CONF=str(self.state / "slurm.conf"), PATH=PATH)
        self.start_munge()
        self.start_slurm()

    def start_munge(self):
        folder, user = self.state / "munge", pwd.getpwnam("munge")
        key = folder / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        for path in (folder, key):
            os.chown(path, user.pw_uid, user.pw_gid)
        folder.chmod(0o711)
        process = subprocess.Popen(
            ["munged", "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/socket", f"--log-file={folder}/log",
             f"--pid-file={folder}/pid", f"--seed-file={folder}/seed"],
            user=user.pw_uid, group=user.pw_gid, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        wait_for((folder / "socket").exists, "munge")

    def start_slurm(self):
        text = CONFIGURATION.format(host=socket.gethostname(), state=self.state, port=free_port(), node_port=free_port())
        (self.state / "slurm.conf").write_text(text)
        for daemon in (["slurmctld", "-D"], ["slurmd", "-D"]):
            process = subprocess.Popen(daemon, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(self.end, process)
        wait_for(lambda: "idle" in self.slurm("sinfo", "-h", "-o", "%t", check=False), "an idle node")

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def slurm(self, *words, check=True):
        return subprocess.run(list(map(str, words)), env=self.environment, capture_output=True, text=True, check=check).stdout

    def test_an_array_with_a_task_killed_and_requeued(self):
        self.inputs(gts=12, textures=60, size=(160, 200))
        options = ("--labels", self.labels, "--simd", "baseline", "--threads", 1)
        self.build(*options, out=self.dir / "one")
        words = [t.BINARY, *self.command(*options, "--shard", "auto")]
        script = self.dir / "job.sh"
        script.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in words) + "\n")
        job = self.slurm("sbatch", "--parsable", f"--array=0-{TASKS - 1}", "--requeue", f"--output={self.dir}/%a.log",
                         "--open-mode=append", script).strip()
        journal = pathlib.Path(self.out) / f"journal.1-of-{TASKS}.jsonl"
        wait_for(lambda: journal.exists() or not self.queue(job), "the journal of task 1")
        self.slurm("scontrol", "requeue", f"{job}_1")
        # Slurm lets a requeued task wait for two minutes.
        wait_for(lambda: "1" in self.slurm("squeue", "-h", "-r", "-t", "PD", "-j", job, "-o", "%K", check=False).split(),
                 "task 1 in the queue again")
        self.slurm("scontrol", "update", f"jobid={job}_1", "StartTime=now")
        wait_for(lambda: not self.queue(job), "the end of the array", 180)
        logs = {path.name: path.read_text() for path in self.dir.glob("*.log")}
        self.assertEqual(len(logs), TASKS, logs)
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assertEqual(t.tree(self.out), t.tree(self.dir / "one"))

    def queue(self, job):
        return self.slurm("squeue", "-h", "-j", job, check=False).strip()


if __name__ == "__main__":
    t.main()
