"""The texts that the registry's pages show for events and flags. Every text is a message id, to be translated."""
