"""The read models of recruitment: employment contracts."""
