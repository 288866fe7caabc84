"""The base of every service: one package for each job, in layers. It knows no event and no service of ours.

From the lowest layer up: ``base``, ``access``, ``store``, ``http`` and ``outbox``, ``projections``, ``commands``,
``reactions`` and ``uploads`` and ``pages``, then ``service``, which makes a running service from its declaration.
"""
