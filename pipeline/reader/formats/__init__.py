"""The formats that a report comes in: one module each, told apart by ``registry``."""
