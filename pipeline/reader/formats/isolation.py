"""A document read in a process of its own: what its library, or what is in it, makes go wrong costs this one file.

Belongs here: a file on its way to that process, its document on the way back, and the reason of rejection where there
is none. The process and its limits are ``pipeline.system.confined``'s.

What comes back was made in a process that a hostile file may have got hold of. So nothing but a document is made of it,
and nothing else is called.
"""

import importlib
import io
import pickle
from functools import cache
from typing import Any, NamedTuple

from pipeline.reader.document import Document
from pipeline.reader.formats.raw_file import RawFile, check_size
from pipeline.sources.fetch import RejectedError
from pipeline.system.confined import (
    Confined,
    DiedError,
    EndedError,
    Limits,
    TooMuchMemoryError,
    TooMuchTimeError,
    WorkError,
)


class _Request(NamedTuple):
    """A file, and the name of the module of its format."""

    module: str
    data: bytes
    suffix: str
    max_parts: int


def read(module: str, file: RawFile, limits: Limits) -> Document:
    """The document of a file, as the module of its format reads it.

    Raises:
        RejectedError: too_large, damaged_document, parser_error, unreadable_file, or what the format says.
    """
    request = pickle.dumps(_Request(module, file.data, file.suffix, file.max_parts))
    try:
        found = _Unpickler(io.BytesIO(_process(limits).call(request))).load()
    except TooMuchTimeError:
        why = f"reading it took more than {limits.seconds:g} s (setting OGI_DOCUMENT_SECONDS)"
        raise RejectedError("too_large", why) from None
    except TooMuchMemoryError:
        why = f"reading it took more than {limits.megabytes} MB of memory (setting OGI_DOCUMENT_MB)"
        raise RejectedError("too_large", why) from None
    except DiedError as error:
        raise RejectedError("damaged_document", f"the process that read it died of it ({error})") from None
    except EndedError as error:
        why = f"the process that read it was ended from outside ({error}); the next run tries again"
        raise RejectedError("unreadable_file", why) from None
    except WorkError as error:
        raise RejectedError("parser_error", str(error)) from None
    except pickle.UnpicklingError as error:
        raise RejectedError("damaged_document", f"the process that read it gave back something else: {error}") from None
    if isinstance(found, Document):
        return found
    reason, message = found
    raise RejectedError(reason, message)


@cache
def _process(limits: Limits) -> Confined:
    return Confined(f"{__name__}:{answer.__name__}", limits)


def answer(request: bytes) -> bytes:
    """In the process that reads: the document of a request, or the reason and message of its rejection."""
    module, data, suffix, max_parts = pickle.loads(request)
    try:
        document: Document = importlib.import_module(module).read(RawFile(data, suffix, max_parts))
        check_size(document.text, max_parts)
        return pickle.dumps(document)
    except RejectedError as error:
        return pickle.dumps((error.reason, error.message))


class _Unpickler(pickle.Unpickler):
    """Makes documents of plain values; of any other class it makes an error."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != (Document.__module__, Document.__qualname__):
            raise pickle.UnpicklingError(f"{module}.{name} is no document")
        return Document
