"""The read models of the consular service: assistance cases and permits."""
