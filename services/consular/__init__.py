"""Consular: assistance that labour attachés at the missions give to workers abroad, whatever their legal status.

It owns assistance cases, from the first call to the outcome, and permits to stay or work abroad, for the attachés of the
foreign ministry. It publishes the topic ``domnaer.consular.v1`` and reads no topic. Claims, detention, shelter, vetting
and evacuation belong here too; each will be a module of its own in ``domain``.
"""
