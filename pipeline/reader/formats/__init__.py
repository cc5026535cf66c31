"""The formats that a report comes in: one module each, chosen by ``registry``."""
