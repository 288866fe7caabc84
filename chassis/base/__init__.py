"""For every package: settings, logging, the clock, ids, safe descriptions of errors, cancellation, request priority."""
