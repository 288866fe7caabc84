-- Workers whose cases may have to follow something new: an event, a worker number, or the end of home leave at ``due_at``.
CREATE TABLE to_follow (
    nth      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node     uuid        NOT NULL,
    event_id uuid,
    since    timestamptz NOT NULL,
    due_at   timestamptz,
    failed   boolean     NOT NULL DEFAULT false
);
CREATE INDEX to_follow_now ON to_follow (nth) WHERE due_at IS NULL;
CREATE INDEX to_follow_due ON to_follow (due_at) WHERE due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON to_follow TO :app;

-- The cases of each return, so that the cases of a worker are found whatever the worker's number is.
CREATE TABLE followed (
    return_event_id uuid NOT NULL,
    case_id         uuid NOT NULL,
    PRIMARY KEY (return_event_id, case_id)
);
CREATE INDEX followed_case ON followed (case_id);
INSERT INTO followed
    SELECT (facts::jsonb ->> 'return_event_id')::uuid, right(stream, 36)::uuid FROM events
    WHERE type = 'domnaer.reintegration.reintegration_case_opened.v1'
    ON CONFLICT DO NOTHING;
GRANT SELECT, INSERT ON followed TO :app;

CREATE INDEX heard_by_event ON heard (event_id);
