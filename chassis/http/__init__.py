"""For every application: the outermost middleware, problem details (RFC 9457), validation errors, pagination, health."""
