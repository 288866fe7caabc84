"""HTTP parts for every application.

``middleware`` (correlation, body limit, security headers), ``problems`` and ``validation_errors`` (error responses as
RFC 9457), ``pagination`` (cursors) and ``health`` (probes).
"""
