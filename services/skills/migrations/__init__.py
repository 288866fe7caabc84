"""SQL migrations of skills, applied after those of the chassis."""
