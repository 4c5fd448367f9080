"""Rules of this code that no other tool checks: small files, short functions, one place each."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

SOURCES = sorted(p for folder in ("bridge", "models") for p in (ROOT / folder).rglob("*.py"))
PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
# Someone's own folders: a path that holds on one machine only.
OWN_FOLDER = re.compile(r"(?<![\w.])/(?:wor[k]|roo[t])/\w|\.\./share[d]")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def dotted(node: ast.AST) -> str:
    """`torch.jit.load` for the attribute, "" for what is not a dotted name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def names_torch_jit(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        else:
            found = [dotted(node)]
        if any(name == "torch.jit" or name.startswith("torch.jit.") for name in found):
            return True
    return False


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_file_holds_one_idea_in_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_function_fits_on_a_screen_of_50_lines(path):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, functions) and node.end_lineno - node.lineno >= 50
    ]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_printed_except_by_click_and_rich(path):
    calls = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)]
    assert "print" not in [dotted(call.func) for call in calls]


def pythons_started(tree: ast.Module) -> list[ast.Tuple | ast.List]:
    """The command lines that begin with this very Python."""
    lines = [n for n in ast.walk(tree) if isinstance(n, ast.Tuple | ast.List) and n.elts]
    return [line for line in lines if dotted(line.elts[0]) == "sys.executable"]


def test_a_folder_called_models_where_the_musician_is_takes_no_place_of_ours():
    for path in SOURCES:
        for line in pythons_started(tree_of(path)):
            assert ast.unparse(line.elts[1]) == "'-P'", f"{name_of(path)}: {ast.unparse(line)}"


def test_one_file_alone_names_torch_jit():
    assert [name_of(p) for p in SOURCES if names_torch_jit(tree_of(p))] == [
        "models/artifact/torchscript.py"
    ]


def test_no_path_holds_on_one_machine_only():
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone")
    wrong = []
    for name in listed:
        path = ROOT / name
        if not path.is_file() or path.suffix in {".ts", ".mid", ".png", ".npz", ".wav", ".sf3"}:
            continue
        if found := OWN_FOLDER.search(path.read_text(encoding="utf-8", errors="replace")):
            wrong.append(f"{name}: {found.group()}")
    assert not wrong


@pytest.mark.parametrize("command", [["--help"], ["play", "--help"], ["generate", "--help"]])
def test_help_comes_without_loading_torch(command):
    script = (
        "import sys; from bridge.cli import main\n"
        f"try: main({command!r})\n"
        "except SystemExit as end: code = end.code\n"
        "sys.exit(code or ('torch' in sys.modules and 'torch was imported') or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout
