"""Reintegration: the work of counsellors of the National Employment Agency (NEA) for workers who came back.

The service owns reintegration cases (at most one open case follows a returnee, by rule J13) and employers and vacancies at
home, for counsellors in the provinces. It publishes ``domnaer.reintegration.v1`` and reads the events of the border, recruitment
and consular, from which journeys are made, those of skills (recognitions), and the worker numbers of the registry.
"""
