"""The services of the house; none imports another."""
