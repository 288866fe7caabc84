"""Runs a server that ends when its parent process ends, also if the parent is killed.

``python end_with_parent.py PARENT_PID DEATH_SIGNAL USER_ID GROUP_ID PROGRAM ARGUMENT...``

It is a separate program that imports no module of this project, because a ``preexec_fn`` may hang in a process with
threads. After about 20 ms it replaces itself by the server, which keeps its pid.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replace this process by the server, or exit if the parent has already ended."""
    parent, death_signal, user, group = (int(argument) for argument in sys.argv[1:5])
    command = sys.argv[5:]
    if os.geteuid() == 0 and user != 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    # On other systems a server survives a killed parent; the next start stops it.
    if sys.platform == "linux":
        # After setuid, because setuid resets it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            return
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
