"""Where an agency is, how high it stands, and what kind of body it is.

``gazetteer`` knows China's divisions by name, code and year; ``naming`` takes a printed name apart into places and the
body's own words; ``kinds`` says what kind of body those words mean; ``location`` weighs the name against manifest,
folder, text and domain. What cannot be known stays None: a county name that several cities share is nobody's without
evidence.

Belongs here: facts about divisions and bodies as CSV, and matching. Whose report it is, and of when, is ``identity``'s.
"""

from pipeline.regions.agency import Agency, agency
from pipeline.regions.gazetteer import Division, gazetteer
from pipeline.regions.location import Evidence, Location, locate
from pipeline.regions.naming import plain

__all__ = ["Agency", "Division", "Evidence", "Location", "agency", "gazetteer", "locate", "plain"]
