"""The static site: what a warehouse holds, as pages that open from a folder without a server.

``build.write`` is the way in. ``folder`` replaces the previous site, ``pages`` renders templates; the other modules
gather what one kind of page shows: ``overview``, ``agencies`` (its records are in ``agency_page``, the official tables
laid out in ``tables``), ``contradictions``, ``provinces``, ``dictionary``, ``downloads``. A ``figure`` is a chart's
numbers (``overview``, ``corrections``), ``charts`` has the drawings, ``pictures`` draws them for paper and where no
script runs; ``words`` has the labels of codes. ``run_page`` is a page that stands alone: that of a run.

What scripts need is in ``data/*.js`` as calls of ``ogi.take``: a page that was opened from a folder may load scripts
but fetch nothing. Nothing refers to an outside address.

Belongs here: a warehouse as pages for people. What the numbers mean is said in ``pipeline/views``.
"""
