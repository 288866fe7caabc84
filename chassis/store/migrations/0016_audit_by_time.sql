-- The pages of the audit read a period of days. Entries are appended in the order of time: an index of block ranges costs a read
-- or a command next to nothing.
CREATE INDEX audit_at ON audit USING brin (at) WITH (autosummarize = on);
