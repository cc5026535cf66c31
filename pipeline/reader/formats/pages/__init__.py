"""Formats that say where each character and line stands on a page – PDF, OFD – and what is made of those."""
