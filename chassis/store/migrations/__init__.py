"""The tables that every service has, as plain SQL."""
