-- Dead letters are counted by reason, and searched by type, without reading the records that they hold.
CREATE INDEX dead_letters_reasons ON dead_letters (reader, build, reason, type);
