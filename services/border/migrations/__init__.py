"""SQL migrations of the border, applied after those of the chassis."""
