"""Skills: the recognition of skills that a worker learnt at work abroad or before.

The service owns applications for recognition, their assessments, recognitions and revocations, for counsellors who
apply for a worker and book assessments, for assessors who decide them, and for the officers who recognise skills. It publishes ``domnaer.skills.v1`` and reads the events of reintegration
(referrals) and recruitment (employment contracts, as experience), and the worker numbers of the registry.
"""
