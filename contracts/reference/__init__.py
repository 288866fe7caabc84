"""Reference data: dated tables with their sources, which a ministry changes without a release.

The files of this folder are those that a release brings. A ministry loads changed files with ``domnaer reference load``.
Every table has a period of validity for each row; a row with ``*`` holds for each country or occupation
that has no row of its own.
"""
