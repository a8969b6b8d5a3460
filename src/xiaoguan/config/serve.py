"""The running program: granian with a few worker processes, which also carry the background threads.

Every worker starts the threads; locks and leases let one of them work at a time, and another take over.
"""

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from xiaoguan.config.steps import StepFailed, Words, say

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# More threads would only wait for one another: Python runs one at a time and SQLite has one writer.
_THREADS = 8
_STOP_SECONDS = 10
_ARENAS, _MOST_ARENAS = -8, 2
"""glibc's M_ARENA_MAX, and how many heaps a process may have"""
# Inherited by the workers, which are forks: the first one that is ready says so for all.
_unannounced = multiprocessing.get_context("fork").Semaphore(1)


def check_port(host: str, port: int) -> None:
    """Raise StepFailed, naming a free port, where this one cannot be had."""
    try:
        with socket.create_server((host, port), family=_family(host)):
            return
    except PermissionError as error:
        sentence = Words(f"没有权限使用端口 {port}。", f"Port {port} may not be used without special rights.")
        cause: OSError = error
    except OSError as error:
        if error.errno is None or isinstance(error, socket.gaierror):
            raise StepFailed(Words(f"HOST 无效：{host}", f"HOST is not an address: {host}")) from error
        sentence = Words(f"端口 {port} 已被占用。", f"Port {port} is taken.")
        cause = error
    free = _free_port(host, max(port, 8000) + 1)
    line = f"PORT={free} make run"
    raise StepFailed(sentence, advice=Words(f"请运行：{line}", f"Type: {line}")) from cause


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _free_port(host: str, first: int) -> int:
    for port in range(first, first + 200):
        try:
            with socket.create_server((host, port), family=_family(host)):
                return port
        except OSError:
            continue
    return first


def allow_host(host: str) -> None:
    """Let visitors use the address that is listened on, unless XIAOGUAN_HOSTS says which. Before settings load."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host in ("0.0.0.0", "::"):
        names.append(socket.gethostname())
        with contextlib.suppress(OSError):
            names += socket.gethostbyname_ex(socket.gethostname())[2]
    elif host not in _LOOPBACK:
        names.append(f"[{host}]" if ":" in host else host)
    os.environ.setdefault("XIAOGUAN_HOSTS", ",".join(dict.fromkeys(names)))


def default_workers() -> int:
    """Two where there are two cores: pages are made by Python, which uses one core a process."""
    return min(2, os.cpu_count() or 1)


def serve(host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM; the database must be ready. Returns after a clean stop."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ["XIAOGUAN_ADDRESS"] = _address(host, port)
    multiprocessing.set_start_method("fork", force=True)
    _load()
    connections.close_all()  # a worker is a fork: it must not share this process's connection
    os.register_at_fork(after_in_child=_be_stopped_by_parent)
    server = Granian(
        "xiaoguan.config.serve:worker", address=host, port=port, interface=Interfaces.WSGI, factory=True,
        workers=workers, blocking_threads=_THREADS, workers_kill_timeout=_STOP_SECONDS, log_level=LogLevels.error,
    )  # fmt: skip
    server.serve()
    say("已停止，数据都已保存。", "Stopped; everything is saved.")


def _load() -> None:
    """Everything that answering takes, once for all workers: forked from this process, they share its memory."""
    from django.conf import settings
    from django.template import engines
    from django.urls import get_resolver

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # its absence is warned of at every start
    import_module("xiaoguan.config.wsgi")  # the views bring the engine along, which is the largest part
    _ = get_resolver().url_patterns, engines.all()  # a broken page is found here, not by the first visitor
    with contextlib.suppress(AttributeError, OSError):
        # Eight threads would keep eight heaps, each as large as the largest answer that it made.
        ctypes.CDLL(None).mallopt(_ARENAS, _MOST_ARENAS)
    gc.collect()
    gc.freeze()  # the collector would write into what is shared, and so copy it


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def worker() -> Callable[..., Any]:
    """What the worker process serves. Called once in it, before the first request."""
    _leave_with_parent()
    from xiaoguan.config.background import start_background
    from xiaoguan.config.wsgi import application
    from xiaoguan.lib import beside, garbage

    start_background()
    beside.allow()
    garbage.leave_whole_alone()
    sys.setswitchinterval(0.0005)
    if _unannounced.acquire(block=False):
        _announce()
    return application


def _be_stopped_by_parent() -> None:
    """From a worker's first moment. Ctrl-C reaches every process of the terminal, but the main process is the one that
    stops the workers: one that is stopped twice hangs until it is killed. And the handler for that, inherited from the
    main process, would lose what comes before the worker has its own."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave_with_parent() -> None:
    """A killed main process must not leave a worker behind that holds the port and the database."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _announce() -> None:
    from xiaoguan.config.demo import DEMO_PASSWORD
    from xiaoguan.org.queries import demo_sign_ins

    address = os.environ["XIAOGUAN_ADDRESS"]
    print(Words(f"\n  销管已启动：{address}", f"\n  Xiaoguan is running: {address}"))
    if people := demo_sign_ins():
        print(
            Words(
                f"  演示账号（仅限本机登录），密码都是 {DEMO_PASSWORD}：",
                f"  Demo sign-ins (on this machine only), password {DEMO_PASSWORD} for each:",
            )
        )
        for member, role in people:
            who = member.username
            print(Words(f"    {role}：{who}（{member.name}）", f"    {role}: {who} ({member.name})"))
    print(Words("  按 Ctrl-C 停止。\n", "  Ctrl-C stops it.\n"), flush=True)
