"""The picture of a worker's journeys: bands, marks and notes at their places, drawn as SVG by a template."""
