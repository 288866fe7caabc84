"""For services that act on what others published: the reactor, the inbox, causes, and the numbers of workers."""
