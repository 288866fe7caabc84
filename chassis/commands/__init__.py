"""From a request to a commit: routes of commands, the draft of their events, corrections, and the OpenAPI document."""
