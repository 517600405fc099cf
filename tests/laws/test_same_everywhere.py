"""Every worker of a run gives the tests the same names: a value that is drawn, or that comes in any order, stops it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.laws.source import ROOT, dotted, named, python_files, tree_of

#: What says something else in each process, by how its name begins.
DRAWN = ("random.", "secrets.", "uuid.", "os.urandom", "os.getpid", "time.", "datetime.", "clock.", "tempfile.", "ids.")
#: Of these, what says the same everywhere.
FIXED = ("datetime.datetime", "datetime.timedelta", "datetime.fromisoformat", "uuid.UUID", "random.Random")
#: What comes in an order of the process's or the disk's own, by how its name ends.
UNORDERED = ("set", "frozenset", "os.listdir", "os.scandir", ".iterdir", ".glob", ".rglob")
#: What gives on what it gets in the order in which it comes.
IN_ORDER = ("list", "tuple", "enumerate", "map", "filter", "zip", "chain", "dict.fromkeys")
Finder = Callable[[ast.AST, ast.Module], Iterator[ast.AST]]


def drawn(expression: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """The calls in an expression that each process answers in another way."""
    for call in ast.walk(expression):
        name = dotted(call.func) if isinstance(call, ast.Call) else ""
        if name.startswith(DRAWN) and name not in FIXED:
            yield call


def unordered(expression: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """The places in an expression that take things out of a set, or a folder, as they come."""
    yield from filter(has_no_order, [expression])
    for inner in ast.walk(expression):
        if isinstance(inner, ast.comprehension):
            yield from filter(has_no_order, [inner.iter])
        if isinstance(inner, ast.Starred):
            yield from filter(has_no_order, [inner.value])
        if isinstance(inner, ast.Call) and dotted(inner.func) in IN_ORDER:
            yield from filter(has_no_order, inner.args)


def has_no_order(expression: ast.AST) -> bool:
    """Whether an expression makes a set, or lists a folder."""
    if isinstance(expression, ast.BinOp):
        return has_no_order(expression.left) or has_no_order(expression.right)
    if isinstance(expression, ast.Call):
        name = dotted(expression.func) or f".{getattr(expression.func, 'attr', '')}"
        return name in UNORDERED or f".{name.rpartition('.')[2]}" in UNORDERED
    return isinstance(expression, ast.Set | ast.SetComp)


def with_what_it_names(expression: ast.AST, tree: ast.Module, seen: set[str]) -> Iterator[tuple[ast.AST, ast.Module]]:
    """An expression, and what the names in it stand for: in its own file and in those of the tests it comes from."""
    yield expression, tree
    for name in {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)} - seen:
        seen.add(name)
        for meaning, where in meanings(name, tree):
            yield from with_what_it_names(meaning, where, seen)


def meanings(name: str, tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Module]]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and name in map(dotted, targets):
            yield node.value, tree
        if isinstance(node, ast.FunctionDef) and node.name == name:
            yield from ((statement.value, tree) for statement in ast.walk(node)
                        if isinstance(statement, ast.Return | ast.Yield) and statement.value)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            file = ROOT / (node.module.replace(".", "/") + ".py")
            if file.is_file() and name in [alias.name for alias in node.names]:
                yield from meanings(name, tree_of(file))


def multiplying(tree: ast.Module) -> Iterator[ast.AST]:
    """The values by which a file's tests are multiplied."""
    for call in chain.from_iterable(map(ast.walk, outside_of_functions(tree.body))):
        if isinstance(call, ast.Call) and dotted(call.func).endswith("parametrize"):
            yield from chain(call.args[1:], (keyword.value for keyword in call.keywords))
        elif isinstance(call, ast.Call) and dotted(call.func) == "pytest.fixture":
            yield from (keyword.value for keyword in call.keywords if keyword.arg == "params")


def outside_of_functions(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from node.decorator_list
        if isinstance(node, ast.ClassDef):
            yield from outside_of_functions(node.body)
        elif not isinstance(node, ast.FunctionDef) or node.name == "pytest_generate_tests":
            yield node


def faults(path: Path, *finders: Finder) -> list[str]:
    tree = tree_of(path)
    found = {f"{named(path)}:{values.lineno}: {ast.unparse(fault)[:80]}": None
             for values in multiplying(tree) for each, where in with_what_it_names(values, tree, set())
             for finder in finders for fault in finder(each, where)}
    return list(found)


def test_tests_have_the_same_names_in_every_process() -> None:
    wrong = [fault for path in python_files(ROOT / "tests") for fault in faults(path, drawn, unordered)]
    assert not wrong, "another process would collect other tests:\n" + "\n".join(wrong)


@pytest.mark.parametrize("values", [
    "[os.urandom(15)]", "[({'key': base64.b64encode(os.urandom(15)).decode()}, 400)]", "{'a', 'b'}", "list(set(x))",
    "folder.glob('*')", "[path.name for path in Path('x').rglob('*')]", "[drawn()]", "VALUES", "[*VALUES, 1]",
    "[*{'a', 'b'}]", "set(x) - {'a'}", "{'a': uuid.uuid4()}.values()", "[datetime.now()]"])
def test_what_differs_is_seen(values: str, tmp_path: Path) -> None:
    assert len(faults(_file(tmp_path, values), drawn, unordered)) == 1


@pytest.mark.parametrize("values", [
    "sorted({'a'})", "sorted(Path('x').rglob('*'))", "[v for v in 'ab' if v in {'a'}]", "[(1, {'a', 'b'})]",
    "[1, 'a', b'\\x00', {'a': 1}]", "[*FIXED, timedelta(1), datetime.datetime(2026, 1, 1)]"])
def test_what_is_the_same_is_left_alone(values: str, tmp_path: Path) -> None:
    assert faults(_file(tmp_path, values), drawn, unordered) == []


def _file(folder: Path, values: str) -> Path:
    file = folder / "test_it.py"
    file.write_text("VALUES = [random.random()]\nFIXED = sorted(set('ab'))\ndef drawn():\n    return uuid.uuid4()\n"
                    f"@pytest.mark.parametrize('value', {values})\ndef test_it(value): ...\n")
    return file
