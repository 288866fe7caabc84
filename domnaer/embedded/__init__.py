"""PostgreSQL and Kafka servers from Python packages, for one machine and for the tests.

The production image does not contain this package: there the environment names the servers.
"""
