-- Acknowledgements of referrals by the offices to which persons are referred: one for each event and office.
CREATE TABLE referral_receipts (
    event_id        uuid        NOT NULL,
    referred_to     text        NOT NULL,
    caller          text        NOT NULL,
    office          text        NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, referred_to)
);
GRANT SELECT, INSERT ON referral_receipts TO :app;
