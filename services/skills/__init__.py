"""Skills: recognition of what a worker can do, learnt at work abroad or before.

It owns applications for recognition, their assessment, what was recognised and what was taken back, for counsellors
who apply for a worker and for the assessors. It publishes ``domnaer.skills.v1`` and hears reintegration (referrals),
recruitment (employment contracts, as experience) and the registry (who is who).
"""
