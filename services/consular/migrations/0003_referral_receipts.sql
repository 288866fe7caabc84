-- Acknowledgements of referrals by the offices to which persons are referred: one for each referral, which is named by its event.
CREATE TABLE referral_receipts (
    event_id        uuid        PRIMARY KEY,
    referred_to     text        NOT NULL,
    caller          text        NOT NULL,
    office          text        NOT NULL,
    acknowledged_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON referral_receipts TO :app;
