"""The command ``domnaer``; each subcommand has its own module."""

from __future__ import annotations

import typer

from domnaer.command import (
    dead_letters,
    demo,
    events,
    kafka,
    rebuild,
    reference,
    sealing_key,
    serve,
    status,
    token,
    up,
    uploads,
)

app = typer.Typer(
    name="domnaer",
    help="Cambodia's registry of labour-migration journeys: run it, load the demo, operate it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("migrate")(serve.migrate_all)
app.command("status")(status.status)
app.command("rebuild")(rebuild.rebuild)
app.command("token")(token.token)
app.command("sealing-key")(sealing_key.sealing_key)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(events.app, name="events")
app.add_typer(kafka.app, name="kafka")
app.add_typer(reference.app, name="reference")
app.add_typer(uploads.app, name="uploads")


def main() -> None:
    """Run the command."""
    app()
