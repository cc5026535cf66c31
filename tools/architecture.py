"""The picture of the packages and of what imports what, drawn as SVG from the code.

``graph`` walks the sources with ``ast``: a node is a package of ``pipeline``, a module beside the packages, or one of
``schemas`` and ``assets``; an edge is an import. ``svg`` puts each node on a row above all that it imports and leaves
out an arrow that follows from others. Packages that import each other share a row, and their arrows are red.

Belongs here: the graph and its drawing. ``mkdocs_hooks`` puts the picture into the documentation.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from pathlib import Path

Graph = dict[str, set[str]]

#: Packages that are data first: what people who do not program edit.
DATA = {"forms", "indicators", "regions", "rules", "views"}
#: Top-level packages that stand in the picture beside those of ``pipeline``.
BESIDE = ("assets", "schemas")
_WIDTH, _HEIGHT, _GAP, _RISE, _MARGIN, _LANE, _LETTER = 136, 46, 18, 58, 18, 6, 5.2
_STYLE = """
text { font: 600 15px system-ui, sans-serif; fill: #12302c; text-anchor: middle }
text.parts { font-size: 10px; font-weight: 400; fill: #3c5a55 }
rect { fill: #e3f1ef; stroke: #00796b; stroke-width: 1.5 } rect.data { fill: #fdf1d8; stroke: #a86b00 }
rect.module { fill: #f4f4f4; stroke: #777 } path { fill: none; stroke: #5a7a75; stroke-width: 1.4 }
path.circle { stroke: #c62828; stroke-width: 2 }
"""


def graph(project: Path) -> Graph:
    """Each package or module of the project, and which of the others it imports."""
    nodes = {path.stem for path in (project / "pipeline").glob("*.py")} - {"__init__"}
    nodes |= {path.name for path in (project / "pipeline").iterdir() if path.is_dir() and any(path.iterdir())}
    nodes = {name for name in nodes | set(BESIDE) if not name.startswith(("_", "."))}
    found: Graph = {name: set() for name in sorted(nodes)}
    for path in _sources(project):
        name = _node(path.relative_to(project).with_suffix("").parts)
        if name in found:
            found[name] |= {_node(module.split(".")) for module in _imported(path)} & nodes - {name}
    return found


def _sources(project: Path) -> Iterator[Path]:
    for package in ("pipeline", *BESIDE):
        yield from sorted((project / package).rglob("*.py"))


def _node(parts: tuple[str, ...] | list[str]) -> str:
    """The node that a module belongs to; nothing for what is not the project's."""
    if parts[0] in BESIDE:
        return parts[0]
    return parts[1] if parts[0] == "pipeline" and len(parts) > 1 else ""


def _imported(path: Path) -> Iterator[str]:
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        for inside in (
            "body",
            "orelse",
            "handlers",
            "finalbody",
            "cases",
        ):  # statements: no import stands in an expression
            found = getattr(node, inside, [])
            waiting += found if isinstance(found, list) else []


def parts(project: Path, name: str) -> list[str]:
    """The packages inside a package that have code."""
    inside = (project / "pipeline" / name).glob("*/__init__.py")
    return sorted(path.parent.name for path in inside)


def circles(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """Each node with those that it imports and that import it, itself among them; alone where there is no circle."""
    reach = {name: _reachable(found, name) for name in found}
    return {name: frozenset({name, *(o for o in reach[name] if name in reach[o])}) for name in found}


def _reachable(found: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(found[start])
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += found[name]
    return seen


def floors(found: Mapping[str, set[str]]) -> dict[str, int]:
    """How far above the ground each node stands: one above the highest that it imports."""
    circle = circles(found)
    above = {group: {circle[other] for name in group for other in found[name]} - {group} for group in circle.values()}
    height: dict[frozenset[str], int] = {}
    for group in TopologicalSorter(above).static_order():
        height[group] = max((height[other] + 1 for other in above[group]), default=0)
    return {name: height[circle[name]] for name in found}


def arrows(found: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The imports that do not follow from others, and those of circles."""
    circle = circles(found)
    reach = {name: _reachable(found, name) for name in found}
    return [
        (name, other)
        for name in sorted(found)
        for other in sorted(found[name])
        if other in circle[name]
        or not any(other in reach[third] for third in found[name] - {other} if third not in circle[other])
    ]


def svg(project: Path) -> str:
    """The picture."""
    found = graph(project)
    circle = circles(found)
    inside = {name: " · ".join(parts(project, name)) for name in found}
    widths = {name: max(_WIDTH, 16 + _LETTER * len(inside[name])) for name in found}
    rows, ways = _routed(floors(found), arrows(found))
    across = [sum(widths.get(spot, _LANE) + _GAP for spot in row) - _GAP for row in rows]
    width, height = max(across) + 2 * _MARGIN, len(rows) * (_HEIGHT + _RISE) - _RISE + 2 * _MARGIN
    middle: dict[str, float] = {}
    top: dict[str, float] = {}
    for floor, row in enumerate(rows):
        left = (width - across[floor]) / 2
        for spot in row:
            middle[spot] = left + widths.get(spot, _LANE) / 2
            top[spot] = height - _MARGIN - _HEIGHT - floor * (_HEIGHT + _RISE)
            left += widths.get(spot, _LANE) + _GAP
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        'aria-label="Packages of the project; an arrow points at what is imported">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{width:g}" height="{height:g}" rx="8" style="fill: #fff; stroke: none"/>',
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill: #5a7a75; stroke: none"/></marker>',
    ]
    out += [_arrow([(middle[spot], top[spot]) for spot in way], way[-1] in circle[way[0]]) for way in ways]
    out += [_box(project, name, inside[name], middle[name], top[name], widths[name]) for name in found]
    return "\n".join([*out, "</svg>", ""])


def _routed(level: Mapping[str, int], drawn: list[tuple[str, str]]) -> tuple[list[list[str]], list[list[str]]]:
    """The nodes of each floor from left to right, with a lane for each arrow that passes; and the arrows' ways."""
    rows = [sorted(name for name in level if level[name] == floor) for floor in range(max(level.values()) + 1)]
    ways = []
    for name, other in drawn:
        lanes = {floor: f"{name}>{other}@{floor}" for floor in range(level[name] - 1, level[other], -1)}
        for floor, lane in lanes.items():
            rows[floor].append(lane)
        ways.append([name, *lanes.values(), other])
    steps = [step for way in ways for step in pairwise(way)]
    near: dict[str, list[str]] = {spot: [] for row in rows for spot in row}
    for one, other in steps:
        near[one].append(other)
        near[other].append(one)
    at = {spot: (i + 0.5) / len(row) for row in rows for i, spot in enumerate(row)}
    for turn in range(24):
        for row in rows if turn % 2 else reversed(rows):
            row.sort(key=lambda spot: sum(at[o] for o in near[spot] or [spot]) / len(near[spot] or [spot]))
            at |= {spot: (i + 0.5) / len(row) for i, spot in enumerate(row)}
    return rows, ways


def _arrow(way: list[tuple[float, float]], circle: bool) -> str:
    (x, top), *on = way
    y = top + _HEIGHT
    path = f"M{x:g} {y:g}"
    for number, (x2, top2) in enumerate(on, 1):
        beneath = top2 >= top + _HEIGHT  # else both are on one floor: an arc under it
        y2 = top2 - 1 if beneath else top2 + _HEIGHT
        path += f"C{x:g} {y + _RISE / 2:g} {x2:g} {y2 - _RISE / 2 if beneath else y2 + _RISE / 2:g} {x2:g} {y2:g}"
        if number < len(on):  # through the lane
            y2 = top2 + _HEIGHT
            path += f"V{y2:g}"
        x, y, top = x2, y2, top2
    kind = ' class="circle"' if circle else ""
    return f'<path d="{path}" marker-end="url(#head)"{kind}/>'


def _box(project: Path, name: str, inside: str, middle: float, top: float, width: float) -> str:
    module = (project / "pipeline" / f"{name}.py").is_file()
    kind = "module" if module else "data" if name in DATA else "package"
    out = f'<rect class="{kind}" x="{middle - width / 2:g}" y="{top:g}" width="{width:g}" height="{_HEIGHT}" rx="6"/>'
    title = escape(name + (".py" if module else ""))
    out += f'<text x="{middle:g}" y="{top + (21 if inside else 29):g}">{title}</text>'
    if inside:
        out += f'<text class="parts" x="{middle:g}" y="{top + 36:g}">{escape(inside)}</text>'
    return out
