"""For the desks in the browser: rendering, forms, translation, templates, static files and message catalogues."""
