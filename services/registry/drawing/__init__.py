"""The picture of a worker's journeys: bands, marks and notes at their positions, rendered as SVG by a template."""
