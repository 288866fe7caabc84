"""SQL migrations of reintegration, applied after those of the chassis."""
