"""The read models of reintegration: cases, vacancies and the background of returnees."""
