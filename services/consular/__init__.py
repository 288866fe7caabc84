"""Consular: assistance that labour attachés at the missions give to workers abroad, whatever their legal status.

It owns assistance cases, from the first call to the outcome, for the attachés of the foreign ministry. It publishes the
topic ``domnaer.consular.v1`` and reads no topic. Claims, detention, shelter, vetting, regularisation and evacuation
belong here too; each will be a module of its own in ``domain``.
"""
