"""Recruitment: employment contracts, registered by agencies and reviewed by the Ministry of Labour (MOLVT).

It owns employment contracts between worker, agency and employer abroad, and the employers with their workplaces, for
agency staff, labour attachés and the ministry's reviewers. It publishes the topic ``domnaer.recruitment.v1`` and reads
the worker numbers of the registry, by which a reviewer sees other contracts of a worker. Agencies and their licences, job
orders, fees, orientation, clearance and the suspension of destinations belong here too; each will be a module of its
own in ``domain``.
"""
