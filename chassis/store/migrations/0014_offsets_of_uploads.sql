-- The offset from UTC of the times in a sheet that state none.
ALTER TABLE uploads ADD COLUMN utc_offset text NOT NULL DEFAULT '+07:00';
