"""PostgreSQL and Kafka from Python packages alone, for one machine and for the tests.

Nothing here is part of the production image: there the addresses come from the environment.
"""
