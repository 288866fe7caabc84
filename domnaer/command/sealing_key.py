"""``domnaer sealing-key``: make a new sealing key of the offline booth the current one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from domnaer.command.terminal import fail, said
from services.border.offline.sealing import SealingKeysInvalid, add_sealing_key


def sealing_key(
    file: Annotated[Path, typer.Argument(help="The file that DOMNAER_SEALING_KEYS names.")],
) -> None:
    """Make a key and put it first in the file of the sealing keys; the keys behind it still open older records."""
    try:
        made = add_sealing_key(file)
    except (OSError, SealingKeysInvalid) as error:
        fail(str(error))
    said(f"{file}: the current sealing key is now {made}")
