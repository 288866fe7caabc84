"""Queries of routes, pages and commands: of cases, vacancies and employers."""
