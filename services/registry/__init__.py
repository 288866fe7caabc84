"""Registry: who is who, and one timeline per worker folded from what all services publish.

It owns no facts of its own. It publishes who is who (``domnaer.registry.who.v1``, a read model) and hears the topics
of all services that record something about a person.
"""
