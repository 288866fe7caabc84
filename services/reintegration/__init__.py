"""Reintegration: what counsellors of the National Employment Agency (NEA) do for workers who came back.

It owns reintegration cases (opened by themselves for each return and each deported return) and vacancies at home, for
counsellors in the provinces. It publishes ``domnaer.reintegration.v1`` and hears the border (returns), recruitment
(employment contracts, as experience), skills (what was recognised) and the registry (who is who).
"""
