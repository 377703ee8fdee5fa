-- Whom a send went to: an address, and an account there. Absence from a list, a repeat under a key and a look by
-- reference count only where the attempt went. A database is live or for development, from its first start on.

CREATE TABLE far_sides (
  id            TEXT NOT NULL,
  provider      TEXT NOT NULL,
  address       TEXT NOT NULL,
  environment   TEXT NOT NULL,
  account       TEXT NOT NULL,
  first_seen_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  confirmed_at  TIMESTAMPTZ(3),
  confirmed_by  TEXT,

  CONSTRAINT far_sides_pkey PRIMARY KEY (id),
  CONSTRAINT far_sides_environment CHECK (environment IN ('live', 'sandbox')),
  CONSTRAINT far_sides_confirmation_is_whole CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL))
);
CREATE INDEX far_sides_provider_account_idx ON far_sides (provider, account);

ALTER TABLE attempts ADD COLUMN far_side TEXT;

CREATE TABLE database_environment (
  environment TEXT NOT NULL,
  marked_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT database_environment_pkey PRIMARY KEY (environment),
  CONSTRAINT database_environment_word CHECK (environment IN ('live', 'development'))
);
-- One row at most.
CREATE UNIQUE INDEX database_environment_is_one ON database_environment ((true));

-- While one account may have the purchase of an order, no other is asked or sent to: the same as `sentElsewhere` in
-- src/domain/providers/far-side.ts.
CREATE FUNCTION attempt_stays_at_its_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM attempts a
    WHERE a.order_id = NEW.order_id AND a.operation <> 'cancel' AND a.far_side <> NEW.far_side
      AND (a.outcome IS NULL OR a.outcome IN ('ambiguous', 'accepted'))
      AND (SELECT f.account FROM far_sides f WHERE f.id = a.far_side)
          IS DISTINCT FROM (SELECT f.account FROM far_sides f WHERE f.id = NEW.far_side)
  ) THEN
    RAISE EXCEPTION 'order % may be bought at another account', NEW.order_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER attempt_stays_at_its_account BEFORE INSERT ON attempts
  FOR EACH ROW WHEN (NEW.far_side IS NOT NULL) EXECUTE FUNCTION attempt_stays_at_its_account();

ALTER TABLE attempts DROP CONSTRAINT attempts_reason;
ALTER TABLE attempts ADD CONSTRAINT attempts_reason CHECK (reason IN (
  'invalid_request', 'mass_not_orderable', 'insufficient_supply', 'offering_not_found', 'order_not_found',
  'not_permitted', 'credentials', 'insufficient_credit', 'rate_limited', 'unavailable', 'timed_out', 'other_account',
  'unreadable_answer', 'answer_disagrees', 'rejected')) NOT VALID;
