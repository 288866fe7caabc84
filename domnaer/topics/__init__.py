"""Access of users to topics, derived from the declarations of the services, and its administration in Kafka."""
