"""The tables of skills beside those of the chassis and its builds."""
