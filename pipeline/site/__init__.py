"""The static site: what a warehouse holds, as pages that open from a folder without a server.

``write`` is the way in. ``place`` is about the folder, ``pages`` renders templates, the other modules gather what one
kind of page shows: ``overview``, ``agencies`` (with ``tables``, the official tables laid out), ``contradictions``,
``places``, ``dictionary``, ``downloads``. ``charts`` has the drawings, ``words`` what codes are called.

What scripts need lies in ``data/*.js`` as calls of ``ogi.take``: a browser reads scripts from a folder, but fetches
nothing there. Nothing refers to an outside address.

Belongs here: reading the warehouse for people who look. What the numbers mean is said in ``pipeline/views``.
"""

from pipeline.site.build import Written, write
from pipeline.site.folder import SiteError

__all__ = ["SiteError", "Written", "write"]
