"""Border: crossings and handovers, recorded by officers of the Ministry of Interior at the checkpoints.

It owns crossings (departures, returns, deported returns and others, one event per person) and handovers of groups of
deportees. Its officers are often offline and sometimes see thousands of returnees a day. It publishes the topic
``domnaer.border.v1``. For the check of a document
at a booth it keeps employment contracts, recorded deaths and worker numbers.
"""
