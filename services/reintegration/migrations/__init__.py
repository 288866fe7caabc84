"""The tables of reintegration beside those of the chassis and its builds."""
