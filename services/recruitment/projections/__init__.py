"""The read models of recruitment: employment contracts, employers and workplaces."""
