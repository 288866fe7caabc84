"""What reintegration reads: its cases and its vacancies."""
