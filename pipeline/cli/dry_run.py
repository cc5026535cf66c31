"""What ``ogi ingest --dry-run`` prints.

Belongs here: the words. What a run would do is found out by ``warehouse.dry_run``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.errors import fail
from pipeline.cli.printing import ProgressBar, counted
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.warehouse.dry_run import DryRun

#: Of each list, so many are printed.
_LISTED = 10


def print_dry_run(roots: Sequence[Path], settings: Settings, allow_removal: bool) -> None:
    """Find out what a run would do, and print it; fail where it would not publish."""
    from pipeline.warehouse.dry_run import dry_run

    with ProgressBar() as bar:
        found = dry_run(roots, settings, allow_removal=allow_removal, progress=bar)
    click.echo(f"{settings.warehouse}: {_headline(found)}")
    click.echo(f"  files     {found.files} seen")
    for what, names in (("new", found.new), ("changed", found.changed), ("removed", found.removed)):
        _print_list(what, counted(len(names), "file"), names)
    reasons = ", ".join(f"{reason} {times}" for reason, times in found.reasons.most_common())
    summary = counted(found.reasons.total(), "file") + (f" ({reasons})" if reasons else "")
    if found.rejected:
        summary += f", {len(found.rejected)} of them not rejected before"
    _print_list(
        "rejected",
        summary,
        [f"{each.source_file}: {each.reason}: {each.message.splitlines()[-1]}" for each in found.rejected],
    )
    if found.result and found.result.dropped:
        _print_list(
            "dropped",
            counted(len(found.result.dropped), "report"),
            [f"{each.agency} {each.year} ({each.source_file}): {each.why}" for each in found.result.dropped],
        )
    if found.refusal:
        fail(found.refusal)


def _headline(found: "DryRun") -> str:
    now = "nothing that can be read is published" if found.reports_now is None else f"{found.reports_now} are published"
    if found.result is None:
        return f"a run would be refused; {now}"
    if found.result.unchanged_since is not None:
        return f"a run would publish nothing, unchanged since {found.result.unchanged_since:%Y-%m-%d %H:%M} UTC"
    return f"a run would publish {counted(found.result.rows['dim_report'], 'report')}; {now}"


def _print_list(what: str, summary: str, lines: Sequence[str]) -> None:
    click.echo(f"  {what:<9} {summary}")
    for line in lines[:_LISTED]:
        click.echo(f"            {line}")
    if len(lines) > _LISTED:
        click.echo(f"            … and {len(lines) - _LISTED} more")
