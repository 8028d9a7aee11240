# SPDX-License-Identifier: Apache-2.0
"""A place in which a case can do no harm.

run(fn) calls fn in a process of its own, inside fresh mount, network, pid, IPC and host name namespaces: /run is an
empty tmpfs, /etc/passwd and /etc/group are private copies that know the users the daemon drops to, and the first
process of the pid namespace does nothing but collect the dead. When fn returns, or takes too long, or the caller
dies, everything it started is gone with the namespace.
"""
import ctypes
import json
import os
import select
import signal
import sys
import time
import traceback

libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_PDEATHSIG = 1

USERS = (('keepd', 64101), ('keepd_script', 64102))


def _check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f'{what}: {os.strerror(ctypes.get_errno())}')


def unshare(flags):
    _check(libc.unshare(flags), 'unshare')


def mount(source, target, kind=None, flags=0, data=None):
    def raw(text):
        return None if text is None else os.fsencode(text)
    _check(libc.mount(raw(source), raw(target), raw(kind), ctypes.c_ulong(flags), raw(data)), f'mount {target}')


def _private_copy(path, lines):
    """Bind over PATH a copy that has LINES for the users it does not know yet."""
    with open(path) as f:
        text = f.read()
    known = {line.split(':')[0] for line in text.splitlines()}
    copy = '/run/' + os.path.basename(path)
    with open(copy, 'w') as f:
        f.write(text + ''.join(line + '\n' for line in lines if line.split(':')[0] not in known))
    mount(copy, path, None, MS_BIND)


def _furnish():
    mount(None, '/', None, MS_REC | MS_PRIVATE)
    mount('proc', '/proc', 'proc')
    mount('tmpfs', '/run', 'tmpfs')
    os.makedirs('/run/netns')
    if os.path.exists('/dev/console'):
        mount('/dev/null', '/dev/console', None, MS_BIND)       # where syslog(3) goes when nobody listens
    _private_copy('/etc/passwd', [f'{u}:x:{i}:{i}::/nonexistent:/usr/sbin/nologin' for u, i in USERS])
    _private_copy('/etc/group', [f'{u}:x:{i}:' for u, i in USERS])


def _die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _fork(fn):
    """Fork; the child runs fn and leaves with its result as exit status, come what may."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        status = fn()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _init(payload):
    """The first process of the pid namespace: start the payload, reap until it ends, end everything with it."""
    _die_with_parent()
    _furnish()
    main = _fork(payload)
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return 71
        if pid == main:
            return os.waitstatus_to_exitcode(status) & 0xff


def start(fn):
    """Start fn in a sandbox. Returns (pid, fd): the fd yields what fn returned as JSON, then end of file."""
    reader, writer = os.pipe()

    def payload():
        os.close(reader)
        with os.fdopen(writer, 'w') as f:
            json.dump(fn(), f)
        return 0

    def outer():
        _die_with_parent()
        unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)
        pid = _fork(lambda: _init(payload))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xff

    pid = _fork(outer)
    os.close(writer)
    return pid, reader


def run(fn, seconds):
    """Call fn in a sandbox and return what it returns (a JSON value), or None when it died or took too long."""
    pid, fd = start(fn)
    deadline = time.monotonic() + seconds
    data = b''
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            os.kill(pid, signal.SIGKILL)
            data = b''
            break
        chunk = os.read(fd, 65536)
        if not chunk:
            break
        data += chunk
    os.close(fd)
    os.waitpid(pid, 0)
    return json.loads(data) if data else None
