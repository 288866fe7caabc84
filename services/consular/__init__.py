"""Consular: help that labour attachés at the missions give to workers abroad, whatever their status.

It owns assistance cases, from the first call to the outcome, for the attachés of the foreign ministry.
It publishes ``domnaer.consular.v1`` and hears nobody. Claims, detention, shelter, vetting, regularisation and
evacuation belong here too: each will be a noun of its own in ``domain``.
"""
