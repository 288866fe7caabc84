"""The command: runs the services and, on one machine, what they stand on; loads the demo; looks after what runs."""
