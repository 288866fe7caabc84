"""The command ``domnaer``: run the services, load the demo, operate a running installation."""
