"""The sources of reports: files of a folder or a store, and the CSV files that people keep beside them."""
