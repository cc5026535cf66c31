"""One report: from its bytes to the rows of the warehouse's tables. Pure: no file, no clock, no order."""
