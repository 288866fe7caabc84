"""The offline booth on the server: its devices, the keys that open sealed records, and the upload of what was captured."""
