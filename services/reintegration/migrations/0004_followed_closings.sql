-- What a counsellor records about the end of a case changes which returns a case follows: the worker is noted again.
CREATE FUNCTION note_worker_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO to_follow (node, since)
        SELECT DISTINCT right(stream, 36)::uuid, clock_timestamp() FROM heard
        WHERE event_id = ANY(ARRAY(SELECT return_event_id FROM followed WHERE case_id = right(NEW.stream, 36)::uuid));
    RETURN NULL;
END
$$;
CREATE TRIGGER note_worker_of_case AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.type IN (
              'domnaer.reintegration.reintegration_case_closed.v1',
              'domnaer.reintegration.event_voided.v1',
              'domnaer.reintegration.event_corrected.v1'
          )
          AND (NEW.facts::json #>> '{recorded,by}') <> 'reintegration')
    EXECUTE FUNCTION note_worker_of_case();
