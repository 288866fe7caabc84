"""What the border reads: its crossings and its handovers."""
