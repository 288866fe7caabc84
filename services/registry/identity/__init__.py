"""Identity of workers: nodes of evidence, blocks, numbers and name search keys. Pure functions."""
