"""Authentication and authorisation, for routes and pages.

``tokens`` verifies the issuer's tokens; ``permissions`` guards routes and pages, names the caller and limits them to the
records of their places (reach); ``refusals`` are the answers to callers without a token or a permission; ``sessions`` and
``csrf`` protect a browser's session and its forms, whose secrets are ``masking``'s in pages.
"""
