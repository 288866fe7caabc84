"""Recruitment: employment contracts, registered by agencies and reviewed by the Ministry of Labour (MOLVT).

It owns employment contracts between worker, agency and employer abroad, for agency staff and the ministry's
reviewers. It publishes the topic ``domnaer.recruitment.v1`` and reads no topic. Agencies and their licences, job
orders, fees, orientation, clearance and the suspension of destinations belong here too; each will be a module of its
own in ``domain``.
"""
