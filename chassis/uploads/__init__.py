"""For routes that take many commands in one file: reading rows, carrying out chunks, and upload processes."""
