"""In Chromium."""
