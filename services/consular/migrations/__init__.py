"""SQL migrations of the consular service, applied after those of the chassis."""
