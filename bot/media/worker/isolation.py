"""What a process gives up before it decodes a stranger's file (Linux): files, network, signals, other programs.

By Landlock and seccomp, in the few system calls that they take. Each is used as far as the kernel has it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_GET_SECCOMP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 21, 22, 38
_SECCOMP_MODE_FILTER: Final = 2
_CAPABILITY_VERSION_3: Final = 0x20080522

# linux/landlock.h; the numbers of the system calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_REG, _TRUNCATE = (1 << bit for bit in (1, 2, 3, 5, 8, 14))
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many there are, by version; no more since 5
_NETWORK_RIGHTS: Final = 0b11
_SCOPES: Final = 0b11  # abstract sockets and signals
_READING: Final = _READ_FILE | _READ_DIR
_WRITING: Final = _READING | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE

_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD: Final = 0x10000
_X32: Final = 0x40000000

# Numbers of system calls, on x86-64 and on 64-bit Arm (asm/unistd_64.h, asm-generic/unistd.h); 0: there is none.
_FORBIDDEN: Final = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "fork": (57, 0),
    "vfork": (58, 0),
    "execve": (59, 221),
    "execveat": (322, 281),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "fanotify_init": (300, 262),
    "personality": (135, 92),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "iopl": (172, 0),
    "ioperm": (173, 0),
}
_CLONE, _CLONE3, _TGKILL, _PRLIMIT = (56, 220), (435, 435), (234, 131), (302, 261)
_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """How far a process could be shut in: Landlock's version (0: none), and whether system calls are filtered."""

    landlock: int
    has_filter: bool

    @property
    def is_complete(self) -> bool:
        """Whether neither files, network, signals nor programs of others can be reached."""
        return self.landlock > 0 and self.has_filter


def available_isolation() -> Isolation:
    """How far a process can be shut in here. Nothing is started and nothing given up to tell."""
    if sys.platform != "linux":
        return Isolation(landlock=0, has_filter=False)
    libc = _libc()
    has_filter = platform.machine() in _ARCHITECTURES and libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0
    return Isolation(landlock=max(0, _landlock_version(libc)), has_filter=has_filter)


def hide_memory() -> None:
    """Let no other process of the same user read this one's memory or environment, and leave no core file."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def isolate(*, readable: Path | None = None, writable: Path | None = None) -> Isolation:
    """Give up everything but computing, open files, and what lies in two folders. It cannot be taken back.

    Whatever is needed must be imported before: no file of Python's is within reach afterwards. Threads can be
    started, processes cannot.
    """
    if sys.platform != "linux":
        return Isolation(landlock=0, has_filter=False)
    libc = _libc()
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    has_no_new_privileges = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    _drop_capabilities(libc)
    if not has_no_new_privileges:
        return Isolation(landlock=0, has_filter=False)
    rules = [(path, rights) for path, rights in ((readable, _READING), (writable, _WRITING)) if path is not None]
    landlock = _restrict_files(libc, rules)
    return Isolation(landlock=landlock, has_filter=_filter_calls(libc))


def limit(*, memory_bytes: int, file_bytes: int, open_files: int) -> None:
    """Put limits on this process, or keep those that it has where they are lower; never to be raised."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _, allowed = resource.getrlimit(kind)
        least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(kind, (least, least))


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """For a bot that runs as root: without its capabilities root is a user like any other."""
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    libc.capset(header, ctypes.create_string_buffer(bytes(24)))


def _landlock_version(libc: ctypes.CDLL) -> int:
    return int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)))


def _restrict_files(libc: ctypes.CDLL, rules: list[tuple[Path, int]]) -> int:
    """Let nothing be opened but by these rules; Landlock's version, 0 where there is none."""
    version = _landlock_version(libc)
    if version < 1:
        return 0
    handled = (1 << _FILE_RIGHTS.get(version, max(_FILE_RIGHTS.values()))) - 1
    numbers = [handled, _NETWORK_RIGHTS if version >= 4 else 0, _SCOPES if version >= 6 else 0]
    count = 3 if version >= 6 else 2 if version >= 4 else 1
    attributes = struct.pack(f"={count}Q", *numbers[:count])
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if ruleset < 0:
        return 0
    try:
        for path, rights in rules:
            folder = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", rights & handled, folder)
                if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, ctypes.c_uint32(0)) != 0:
                    raise OSError(ctypes.get_errno(), "Landlock takes no rule")
            finally:
                os.close(folder)
        return version if libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0 else 0
    finally:
        os.close(ruleset)


def _filter_calls(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in _ARCHITECTURES:
        return False
    column, architecture = _ARCHITECTURES[platform.machine()]
    steps = b"".join(struct.pack("=HBBI", *step) for step in _program(column, architecture, os.getpid()))
    code = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("@HP", len(steps) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0)


def _program(column: int, architecture: int, own_pid: int) -> Iterator[tuple[int, int, int, int]]:
    """The filter, as instructions of classic BPF: code, steps on if true, steps on if not, number."""
    not_permitted = (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    yield _LOAD, 0, 0, _ARCHITECTURE_AT
    yield _JUMP_EQUAL, 1, 0, architecture
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER_AT
    if column == 0:
        yield _JUMP_GREATER_EQUAL, 0, 1, _X32
        yield not_permitted
    for numbers in _FORBIDDEN.values():
        if numbers[column]:
            yield _JUMP_EQUAL, 0, 1, numbers[column]
            yield not_permitted
    yield _JUMP_EQUAL, 0, 1, _CLONE3[column]
    yield _RETURN, 0, 0, _REFUSE | errno.ENOSYS  # the C library then asks by `clone`, whose flags can be looked at
    # A thread of its own, a signal to itself, a limit of its own: by the first argument's lower half.
    for numbers, condition in (
        (_CLONE, (_JUMP_ANY_BIT, 1, 0, _CLONE_THREAD)),
        (_TGKILL, (_JUMP_EQUAL, 1, 0, own_pid)),
        (_PRLIMIT, (_JUMP_EQUAL, 1, 0, 0)),
    ):
        yield _JUMP_EQUAL, 0, 4, numbers[column]
        yield _LOAD, 0, 0, _FIRST_ARGUMENT_AT
        yield condition
        yield not_permitted
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW
