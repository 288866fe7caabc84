"""Runs a server so that it ends with the process that started it, however that one ends.

``python leash.py PARENT_PID DEATH_SIGNAL USER_ID GROUP_ID PROGRAM ARGUMENT...``

A program of its own, without imports of ours, rather than a ``preexec_fn``: that one runs between fork and exec of a
process with threads, where it may hang. It lasts some 20 ms, then the server has taken its place and its pid.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Becomes the server. Ends without a word when the parent is gone already."""
    parent, death_signal, user, group = (int(argument) for argument in sys.argv[1:5])
    command = sys.argv[5:]
    if os.geteuid() == 0 and user != 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    # Elsewhere than on Linux a server outlives a killed parent; the next start stops it.
    if sys.platform == "linux":
        # After setuid, which would undo it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            return
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
