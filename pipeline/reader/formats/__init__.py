"""The formats that a report comes in: packages by family, a module each, chosen by ``registry``."""
