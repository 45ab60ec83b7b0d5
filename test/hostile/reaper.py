"""Runs a program and says which processes it left behind.

Whoever is orphaned below this process becomes its child (PR_SET_CHILD_SUBREAPER, prctl(2)): a daemon that left its session,
its group and its parents is found as well, and nobody else's. usage: reaper.py RESULT command...
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# A helper of the program ends by itself when the pipe to it closes; one second is far beyond what that takes.
PATIENCE = 1.0


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def descendants(pid):
    return [each for child in children(pid) for each in [child, *descendants(child)]]


def describe(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            line = file.read().replace(b"\0", b" ").decode("utf8", "replace")[:200]
        with open(f"/proc/{pid}/status") as file:
            uid = next(line for line in file if line.startswith("Uid:")).split()[1]
        return {"pid": pid, "uid": int(uid), "pids": os.readlink(f"/proc/{pid}/ns/pid"), "command": line}
    except OSError:
        return None


def reap():
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return


libc = ctypes.CDLL(None)
libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
# Nothing goes on where whoever asked has gone.
libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
child = subprocess.Popen(sys.argv[2:], preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0))
# Orphans are reaped as they end: a dead process that nobody reaps stays a member of its cgroup.
while True:
    pid, status = os.waitpid(-1, 0)
    if pid == child.pid:
        break
code = os.waitstatus_to_exitcode(status)
end = time.monotonic() + PATIENCE
reap()
while descendants(os.getpid()) and time.monotonic() < end:
    time.sleep(0.02)
    reap()
left = [found for found in map(describe, descendants(os.getpid())) if found]
with open(sys.argv[1], "w") as file:
    json.dump({"pid": child.pid, "left": left}, file)
for process in left:
    os.kill(process["pid"], 9)
sys.exit(code if code >= 0 else 128 - code)
