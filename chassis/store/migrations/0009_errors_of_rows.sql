-- The errors of a refused row in one text, which the codec of personal data writes: they hold what was sent.
ALTER TABLE upload_refusals ADD COLUMN errors text NOT NULL DEFAULT '[]';
WITH earlier AS (DELETE FROM upload_refusals RETURNING *)
INSERT INTO upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at, errors)
SELECT upload_id, row_number, '', '', '', min(caller), max(expires_at),
    json_agg(json_build_object('field', field, 'value', value, 'reason', reason) ORDER BY field)::text
FROM earlier GROUP BY upload_id, row_number;
