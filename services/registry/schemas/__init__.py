"""The response models of the registry, and the functions that fill them."""
