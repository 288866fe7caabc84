"""Parts for an installation on one machine, used by ``up`` and ``demo``.

The local issuer of tokens, its sign-in form, and the start of PostgreSQL, Kafka and all services together.
"""
