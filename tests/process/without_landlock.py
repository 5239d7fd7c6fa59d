"""Runs this Python with arguments as on a kernel without Landlock: ``python without_landlock.py -m bot doctor``."""

import ctypes
import errno
import os
import struct
import sys

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_CREATE_RULESET = 444  # on every machine: the number is newer than their differences
_STEPS = (
    (0x20, 0, 0, 0),  # the number of the system call
    (0x15, 0, 1, _CREATE_RULESET),
    (0x06, 0, 0, 0x00050000 | errno.ENOSYS),
    (0x06, 0, 0, 0x7FFF0000),  # any other is let through
)

if __name__ == "__main__":
    steps = b"".join(struct.pack("=HBBI", *step) for step in _STEPS)
    code = ctypes.create_string_buffer(steps, len(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.prctl(_SECCOMP, _FILTER, struct.pack("@HP", len(_STEPS), ctypes.addressof(code)), 0, 0):
        sys.exit("this kernel takes no filter")
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
