"""What the missions read: their assistance cases."""
