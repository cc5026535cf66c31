"""Regions: in which division an agency is, its level, and its kind.

``gazetteer`` has China's divisions by name, code and year; ``naming`` parses a printed name into divisions and the
body's own words; ``kinds`` has the kinds of bodies; ``location`` weighs the name against manifest, folder, text and
domain; ``agency`` makes an identity of all that, ``register`` and ``suggest`` read and write the register of agencies.
What cannot be known stays None: a county name that several cities share needs evidence.

Belongs here: facts about divisions and bodies as CSV, and matching names with them. Whose report a file is, and of
which year, is found by ``reader.identity``.
"""

from pipeline.regions.agency import Agency, agency
from pipeline.regions.gazetteer import Division, gazetteer
from pipeline.regions.location import Evidence, Location, locate
from pipeline.regions.naming import plain

__all__ = ["Agency", "Division", "Evidence", "Location", "agency", "gazetteer", "locate", "plain"]
