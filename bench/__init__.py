"""How fast, how large, and how near to the floor: ``make bench``.

A generated corpus in the real mix of layouts is ingested by ``ogi ingest`` in a process of its own, and each figure is
set against the floor, measured in the same run on the same cores: reading, hashing and decoding the same files and
finding their numbers with one regular expression. Ratios hold on any machine; absolute figures are this one's.
"""
