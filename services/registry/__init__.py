"""Registry: the identity of workers, and one timeline per worker, folded from the events of all services.

It records no events of its own. It reads the topics of all services that record something about a person, and publishes
a read model: which worker each document and record belongs to (``domnaer.registry.who.v1``).
"""
