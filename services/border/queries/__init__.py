"""Reading records of people: within the caller's reach, and logged in the audit."""
