"""How a document's tables are ruled when it is printed: all rules, some, none, thin, double, dotted, areas."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """``css`` are the rules of a page; ``borders`` those of a Word table, by side; ``size`` of the type in points."""

    name: str
    css: str = "td { border: 1px solid black }"
    borders: str = "top left bottom right insideH insideV"
    line: str = "single"
    width: int = 4
    size: float = 0.0
    padding: str = "1px 3px"
    collapse: str = "collapse"

    @property
    def group(self) -> str:
        """Whether its cells are ruled."""
        return "unruled" if self.name in ("no_vertical", "no_rules", "head_rules") else "ruled"


TEMPLATES = (
    Template("ruled"),
    Template("small", size=6.5, padding="0 1px"),
    Template("double", css="td { border: 3px double black }", line="double", width=6),
    Template("dotted", css="td { border: 1.5px dotted #444 }", line="dotted", width=8),
    Template("open_sides", css="td { border: 1px solid #888 } td:first-child { border-left: 0 } "
             "td:last-child { border-right: 0 }", borders="top bottom insideH insideV"),
    Template("areas", css="td { background: #dde6f2 } td.head { background: #9db4d6; color: white }",
             collapse="separate", line="single", width=2),
    Template("spaced", css="td { border: 1px solid black }", collapse="separate"),
    Template("grey_head", css="td { border: 0.5px solid #333 } td.head { background: #d9d9d9 }", width=2,
             padding="4px 8px"),
    Template("no_vertical", css="td { border: solid black; border-width: 1px 0 }", borders="top bottom insideH"),
    Template("no_rules", css="", borders="", padding="3px 4px"),
    Template("head_rules", css="table { border: solid black; border-width: 1.5px 0 } "
             "td.head { border-bottom: 1px solid }", borders="top bottom", padding="2px 4px"),
)  # fmt: skip
