"""The read models of the recognition of skills: applications, and the received events about workers."""
