"""Reactions: how a service acts on events that other services published.

``reactor`` runs a service's table of reactions; ``effects`` decides, with pure functions, which events to append, and
``causes`` follows corrections and voids of the events behind them. ``inbox`` keeps received events. ``worker_numbers``
keeps the worker numbers that the registry publishes.
"""
