"""Dead modules and undocumented names in `src`.

A module lives when another module of the product imports it, or names it as text the way lazy commands do. Being
imported by a test does not count: a module that only its test needs is dead.
"""

from __future__ import annotations

import ast
import re

from tools.house.tree import Finding, Tree

ENTRANCES = {
    "chargehand": "the package",
    "chargehand.__main__": "python -m chargehand",
    "chargehand.cli.main": "the console script",
    "chargehand.ledger.verify": "runs alone, beside an export",
}
"""Modules that nobody imports, and why they live."""

SHIPPED_TO_USERS = "chargehand.testing"
_MODULE_TEXT = re.compile(r"^chargehand(\.\w+)+(:\w+)?$")


def dead(tree: Tree) -> list[Finding]:
    """Modules of the product that nothing in the product reaches."""
    modules = {module_name(path): path for path in tree.match("src/*.py")}
    named = {name for path in modules.values() for name in _names_in(tree, path)}
    # `import a.b.c` reaches a and a.b too.
    reached = {".".join(name.split(".")[: size + 1]) for name in named for size in range(name.count(".") + 1)}
    return [
        Finding(path, 1, f"nothing in the product imports {name}")
        for name, path in sorted(modules.items())
        if name not in reached and name not in ENTRANCES and not name.startswith(SHIPPED_TO_USERS)
    ]


def undocumented(tree: Tree) -> list[Finding]:
    """Public modules, classes and functions without a docstring, and record fields that theirs does not name."""
    found = []
    for path in tree.match("src/*.py"):
        module = tree.module(path)
        if not ast.get_docstring(module):
            found.append(Finding(path, 1, "a file opens with what it is for, and what it refuses"))
        for node, private in _definitions(module, private=False):
            if not private and not ast.get_docstring(node):
                found.append(Finding(path, node.lineno, f"{node.name} has no docstring"))
            if isinstance(node, ast.ClassDef) and path.startswith("src/chargehand/contracts/"):
                found += _unnamed_fields(path, node)
    return found


def findings(tree: Tree) -> list[Finding]:
    """Everything of the above."""
    return [*dead(tree), *undocumented(tree)]


def module_name(path: str) -> str:
    """Dotted name of a source file: `src/chargehand/api/__init__.py` is `chargehand.api`."""
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _names_in(tree: Tree, path: str) -> list[str]:
    own = module_name(path)
    package = own if path.endswith("/__init__.py") else own.rpartition(".")[0]
    names: list[str] = []
    for node in ast.walk(tree.module(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, package)
            names += [source, *(f"{source}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE_TEXT.match(node.value):
            names.append(node.value.partition(":")[0])
    return [name for name in names if name != own]


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")
    parent = ".".join(above[: len(above) - node.level + 1])
    return f"{parent}.{node.module}" if node.module else parent


def _definitions(
    node: ast.Module | ast.ClassDef, *, private: bool
) -> list[tuple[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    found: list[tuple[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, bool]] = []
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            hidden = private or child.name.startswith("_")
            found.append((child, hidden))
            if isinstance(child, ast.ClassDef):
                found += _definitions(child, private=hidden)
    return found


def _unnamed_fields(path: str, node: ast.ClassDef) -> list[Finding]:
    if not any("Struct" in ast.unparse(parent) for parent in node.bases):
        return []
    docstring = ast.get_docstring(node) or ""
    return [
        Finding(path, field.lineno, f"{node.name}.{field.target.id} is not in the docstring's Attributes")
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if "ClassVar" not in ast.unparse(field.annotation)
        if not re.search(rf"^ *{field.target.id}:", docstring, re.MULTILINE)
    ]
