"""Border: what officers of the Ministry of Interior record at the checkpoints.

It owns crossings (departures, returns, deported returns and others, one event a person) and handovers of deportees as
groups, for officers who are often offline and sometimes see thousands of returnees a day. It publishes
``domnaer.border.v1`` and hears nobody.
"""
