"""Pages that are pictures, read by real OCR in an environment of its own (``make ocr``)."""
