"""The registry's own tables, as plain SQL."""
