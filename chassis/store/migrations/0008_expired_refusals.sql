-- Refused rows of uploads are deleted by the time at which they expire.
CREATE INDEX upload_refusals_expires ON upload_refusals (expires_at);
