"""Queries of routes and pages: within the caller's reach, and logged in the audit."""
