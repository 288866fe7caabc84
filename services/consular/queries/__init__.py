"""Queries of routes and pages: cases, lists of cases and permits, each within the caller's reach and logged in the audit.

Everything is answered only after the audit entry of the read has been committed.
"""
