"""The read models of the missions: assistance cases."""
