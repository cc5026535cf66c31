"""Pages in Chromium: the site and Dagster's UI."""
