"""Recruitment: what agencies register and the Ministry of Labour (MOLVT) reviews before a worker leaves.

It owns employment contracts between worker, agency and employer abroad, for agency staff and the ministry's
reviewers. It publishes ``domnaer.recruitment.v1`` and hears nobody. Agencies and their licences, job orders,
fees, orientation, clearance and the suspension of destinations belong here too: each will be a noun of its
own in ``domain``.
"""
