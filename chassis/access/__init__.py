"""For routes and pages: who the caller is (tokens), what they may do (permissions), how far (reach), and form tokens."""
