-- An entry takes back the number of a node that no worker has any more, such as a mistyped passport number.
ALTER TABLE who_entries ADD COLUMN retracted boolean NOT NULL DEFAULT false;
