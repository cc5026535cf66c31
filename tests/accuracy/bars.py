"""What is asked of texts that real programs made, by group of layouts (``tests.converters.programs.group``)."""

from .figures import Line

#: The share of cells that must be right. "unplaced" texts keep no places of their cells: there only silence is barred.
RIGHT = {
    "together": 0.999,
    "aligned_blank": 0.97,
    "plain": 0.95,
}

#: The share that has been reached, below which the slow tests fail; what is missing to ``RIGHT`` is named, not read.
REACHED = {
    "together": 0.97,
    "aligned_blank": 0.95,
    "plain": 0.38,
    "unplaced": 0.94,
}


def missed(groups: dict[str, Line]) -> list[str]:
    """The groups below their bar; in each of them nothing may be wrong in silence or lost under a false note."""
    found = []
    for name, line in groups.items():
        if line.right < RIGHT.get(name, 0):
            found.append(f"converted, {name}: {line.right:.3%} of the cells, the bar is {RIGHT[name]:.1%}")
        if name == "all":
            found += [f"converted: {line.verdicts[v]} cells {v}" for v in ("silent", "lost") if line.verdicts[v]]
            found += [f"converted: {line.faults} reports with a wrong agency or year"] * bool(line.faults)
    return found


#: The share of cells that must be right in PDF files, by whether rules part the cells of their tables.
PRINTED = {"ruled": 1.0, "unruled": 0.9}


def missed_of_prints(groups: dict[str, Line]) -> list[str]:
    """The groups of PDF files below their bar; in none may anything be wrong in silence or lost under a false note."""
    found = []
    for name, line in groups.items():
        if line.right < PRINTED.get(name, 0):
            found.append(f"printed, {name}: {line.right:.3%} of the cells, the bar is {PRINTED[name]:.1%}")
        if name == "all":
            found += [f"printed: {line.verdicts[v]} cells {v}" for v in ("silent", "lost") if line.verdicts[v]]
            found += [f"printed: {line.faults} reports with a wrong agency or year"] * bool(line.faults)
    return found
