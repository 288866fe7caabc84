-- Whether the registry took a worker number back: no worker has the handle any more. The revision stays, for older entries.
ALTER TABLE who ADD COLUMN IF NOT EXISTS retracted boolean NOT NULL DEFAULT false;
