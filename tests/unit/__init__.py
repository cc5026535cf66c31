"""One function or the pure reader at a time: text in, cells, claims or findings out; no warehouse."""
