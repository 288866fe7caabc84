"""``python -m domnaer`` is the command ``domnaer``."""

from domnaer.command import main

main()
