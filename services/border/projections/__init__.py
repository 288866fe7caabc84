"""The read models of the border: crossings and handovers."""
