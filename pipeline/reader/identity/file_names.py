"""Agency and year in the path of a report's file: its name, and the folders that it lies in."""

import re
from functools import lru_cache

from pipeline.reader.identity import titles
from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.head import plain
from pipeline.reader.identity.wording import ENDS_LIKE_ORGAN, YEAR, arabic

_A_YEAR = re.compile(rf"(?<!\d){YEAR}")
_FOLDER_YEAR = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:年|年度)?$")
_DIVISION = re.compile("[省市县区州盟旗]$")


def from_path(source_file: str, answers: Answers) -> None:
    """What the name of a file answers, then its folders from the innermost outwards."""
    *folders, file_name = source_file.split("/")
    name = plain(file_name.rsplit(".", 1)[0])
    if not titles.from_file_name(name, answers) and (match := _A_YEAR.search(name)):
        answers.years.append(Answer("file_name", arabic(match["year"])))
    for folder in reversed(folders):
        year, agency = _folder(folder)
        if year:
            answers.years.append(Answer("folder", year))
        elif agency:
            answers.agencies.append(Answer("folder", agency))


@lru_cache(4096)
def _folder(name: str) -> tuple[str | None, str | None]:
    """The year that a folder is called after, or the agency."""
    text = plain(name)
    if match := _FOLDER_YEAR.match(text):
        return match["year"], None
    is_agency = ENDS_LIKE_ORGAN.search(text) and len(text) >= 4 and not _DIVISION.search(text)
    return None, text if is_agency else None
