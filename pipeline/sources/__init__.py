"""Where reports come from: files of a folder or a store, and the CSV files that people keep beside them."""
