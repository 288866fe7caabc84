"""Authentication and authorisation, for routes and pages.

``tokens`` verifies the issuer's tokens, ``permissions`` guards routes and pages and names the caller, ``reach`` limits
a caller to the records of their places, ``sessions`` and ``csrf`` protect a browser's session and its forms.
"""
