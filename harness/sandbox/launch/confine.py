"""Confines itself by Landlock and a seccomp filter and then becomes another program.

For surroundings that have no user namespaces, and hence no bubblewrap. Node cannot make these system calls itself.
The plan comes as JSON in the first argument:
  read   files and folders that may be read and executed
  write  folders in which everything is allowed
  uid    user id to change to, or null
  limits name of RLIMIT_* -> [soft, hard]
  env, command
Descriptor 4 holds the seccomp filter, descriptor 5 takes {"confined": true} once everything holds.
"""

import ctypes
import json
import os
import resource
import signal
import stat
import sys

# Landlock system calls have the same numbers on every processor (landlock(7), linux/landlock.h).
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
# Before version 3 (Linux 6.2) a file could be emptied without the right to write it.
OLDEST = 3

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
FILTER, STATUS = 4, 5

libc = ctypes.CDLL(None, use_errno=True)


class RulesetAttributes(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("fd", ctypes.c_int32)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def checked(what, returned):
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return returned


def landlock(read, write):
    version = checked("Landlock", libc.syscall(CREATE_RULESET, None, 0, 1))
    if version < OLDEST:
        raise OSError(f"Landlock version {version}, {OLDEST} or newer (Linux 6.2) is needed")
    everything = (1 << 16 if version >= 5 else 1 << 15) - 1
    attributes = RulesetAttributes(everything, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = checked("landlock_create_ruleset", libc.syscall(CREATE_RULESET, ctypes.byref(attributes), size, 0))
    for path in read:
        allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR)
    for path in write:
        allow(ruleset, path, everything & ~EXECUTE & ~IOCTL_DEV)
    allow(ruleset, "/dev/null", READ_FILE | WRITE_FILE | TRUNCATE)
    allow(ruleset, "/dev/urandom", READ_FILE)
    checked("landlock_restrict_self", libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def allow(ruleset, path, rights):
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not stat.S_ISDIR(os.fstat(fd).st_mode):
        rights &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
    rule = PathBeneath(rights, fd)
    checked(f"landlock_add_rule {path}", libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    os.close(fd)


def seccomp():
    code = os.read(FILTER, 8 * 4096)
    os.close(FILTER)
    program = Program(len(code) // 8, code)
    checked("seccomp", libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))


def main():
    plan = json.loads(sys.argv[1])
    parent = os.getppid()
    if plan["uid"] is not None:
        os.setgroups([])
        os.setresgid(plan["uid"], plan["uid"], plan["uid"])
        os.setresuid(plan["uid"], plan["uid"], plan["uid"])
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise OSError("the grader has ended")
    checked("no_new_privs", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    landlock(plan["read"], plan["write"])
    for name, values in plan["limits"].items():
        resource.setrlimit(getattr(resource, name), tuple(values))
    os.chdir(plan["write"][0])
    os.set_inheritable(STATUS, False)
    seccomp()
    os.write(STATUS, b'{ "confined": true }\n')
    try:
        os.execve(plan["command"][0], plan["command"], plan["env"])
    except OSError:
        os.write(STATUS, b'{ "confined": false }\n')
        raise


try:
    main()
except Exception as error:
    sys.exit(f"confine: {error}")
