"""What only one machine has: the local issuer of tokens, its sign-in form, and all servers in one place."""
