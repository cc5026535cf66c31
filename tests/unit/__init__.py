"""The smallest parts, without a warehouse."""
