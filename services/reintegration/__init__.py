"""Reintegration: the work of counsellors of the National Employment Agency (NEA) for workers who came back.

The service owns reintegration cases (one is opened automatically for each return and each deported return) and
vacancies at home, for counsellors in the provinces. It publishes ``domnaer.reintegration.v1`` and reads the events of
the border (returns), recruitment (employment contracts, as experience) and skills (recognitions), and the worker
numbers of the registry.
"""
