"""The pages of the audit: who looked at a record or a worker, and what one person looked at."""
