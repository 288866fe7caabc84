"""What recruitment reads: its employment contracts."""
