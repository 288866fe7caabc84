"""The read models of reintegration: cases, vacancies, employers and the background of returnees."""
