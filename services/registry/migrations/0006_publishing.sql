-- Builds of several versions can be live at the same time. The settler of one of them publishes who is who.
ALTER TABLE settlers ADD COLUMN publishing boolean NOT NULL DEFAULT false;
UPDATE settlers SET publishing = true
FROM builds AS b WHERE b.state = 'live' AND settlers.build = b.projection || '_' || b.build;
CREATE UNIQUE INDEX settlers_publishing ON settlers (publishing) WHERE publishing;
