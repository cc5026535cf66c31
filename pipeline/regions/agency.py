"""An agency's identity, which does not depend on how its reports print its name.

Two reports are of one agency when body and division are the same: 洪泽区人民政府, 淮安市洪泽区人民政府 and 洪泽区. A
division that was renamed stays the same one. Where the division is not known, the identity is the printed name's.

Belongs here: the identity and its id. How names are parsed and located is in ``naming`` and ``location``.
"""

import hashlib
from dataclasses import dataclass

from pipeline.regions.location import Evidence, Location, locate
from pipeline.regions.naming import plain


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency: its name as printed or registered, its id, and its location."""

    name: str
    agency_id: str
    location: Location


def agency(name: str, year: int, evidence: Evidence) -> Agency:
    """The agency of a name in a report of a year, as far as name and evidence tell.

    The id is 16 hex digits, from the division's first known code and the body's name in full; it is the same on every
    machine and in any order of loading.

    >>> one, other = (agency(name, 2024, Evidence()) for name in ("洪泽区人民政府", "江苏省淮安市洪泽区"))
    >>> one.agency_id == other.agency_id
    True
    """
    location = locate(name, year, evidence)
    if location.division is not None:
        identity = f"{location.division.line}|{location.body}"
    elif location.level == "国家":
        identity = f"国家|{location.body}"
    else:
        identity = f"{location.province or ''}?|{plain(name)}"
    return Agency(name, hashlib.sha256(identity.encode()).hexdigest()[:16], location)
