"""The demo: replays published history through the APIs of the services and compares their numbers with the published."""
