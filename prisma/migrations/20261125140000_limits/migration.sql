-- What a tenant and a key may buy: the largest order, and the most in a month. Processes of the version before do not know
-- the new `accept_order`: stop them first.

-- Null: a tenant's is the default of the settings; a key has no limit of its own.
ALTER TABLE tenants
  ADD COLUMN max_order_grams BIGINT, ADD COLUMN max_order_usd DECIMAL(20,6), ADD COLUMN max_month_usd DECIMAL(20,6);
ALTER TABLE api_keys
  ADD COLUMN max_order_grams BIGINT, ADD COLUMN max_order_usd DECIMAL(20,6), ADD COLUMN max_month_usd DECIMAL(20,6),
  ADD COLUMN last_used_at TIMESTAMPTZ(3);
-- A key that was never good is a mistake. Keys of before stay as they are.
ALTER TABLE api_keys ADD CONSTRAINT api_keys_expire_later CHECK (expires_at > created_at) NOT VALID;

ALTER TABLE orders
  ADD COLUMN api_key_id TEXT,
  ADD COLUMN spending_usd DECIMAL(20,6),
  ADD COLUMN usd_per_unit DECIMAL(30,15),
  ADD COLUMN sameness BYTEA,
  ADD CONSTRAINT orders_spending CHECK (spending_usd >= 0 AND (spending_usd IS NULL OR api_key_id IS NOT NULL)) NOT VALID;
CREATE INDEX orders_sameness ON orders (sameness, created_at DESC) WHERE sameness IS NOT NULL;

-- Spending --------------------------------------------------------------------------------------------------------------

-- What is spent in a month, reservations included, by tenant and by key: the sum of `spending_usd` of the orders that
-- were accepted in it. It lies in several slots, so that orders of one tenant that come at once do not wait for each
-- other's commits. `room_usd` is what a slot may still take without a look at the others, under `limit_usd`; all rooms
-- together are never more than the limit has left.
CREATE TABLE spending (
  subject_id TEXT NOT NULL,
  month DATE NOT NULL,
  slot SMALLINT NOT NULL,
  spent_usd DECIMAL(20,6) NOT NULL,
  room_usd DECIMAL(20,6) NOT NULL,
  limit_usd DECIMAL(20,6),
  CONSTRAINT spending_pkey PRIMARY KEY (subject_id, month, slot)
) WITH (fillfactor = 50);

CREATE FUNCTION month_of(t timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
  RETURN date_trunc('month', t AT TIME ZONE 'UTC')::date;

-- Adds to a slot that nobody holds and that has room; `p_any_limit`: under whatever limit. @returns false if there is none.
--
-- A row that is locked and then turns out to have been changed in the meantime stays locked, though it has no room any
-- more. The exception takes that back: whoever held such a row while it waited for all of them would wait for others
-- that do the same.
CREATE FUNCTION add_to_one_slot(p_subject text, p_month date, p_usd numeric, p_limit_usd numeric, p_any_limit boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE spending s SET spent_usd = s.spent_usd + p_usd, room_usd = s.room_usd - p_usd
    WHERE s.subject_id = p_subject AND s.month = p_month AND s.slot = (
      SELECT f.slot FROM spending f
      WHERE f.subject_id = p_subject AND f.month = p_month
        AND (p_any_limit OR f.limit_usd IS NOT DISTINCT FROM p_limit_usd)
        AND (f.limit_usd IS NULL OR f.room_usd >= p_usd)
      LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no slot has room' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN true;
EXCEPTION WHEN no_data_found THEN
  RETURN false;
END $$;

-- Locks all slots, in order, and makes them where there are none yet. @returns what is spent.
CREATE FUNCTION lock_spending(p_subject text, p_month date) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spending (subject_id, month, slot, spent_usd, room_usd)
    SELECT p_subject, p_month, n, 0, 0 FROM generate_series(0, 15) n ON CONFLICT DO NOTHING;
  PERFORM FROM spending s WHERE s.subject_id = p_subject AND s.month = p_month ORDER BY s.slot FOR NO KEY UPDATE;
  RETURN (SELECT sum(s.spent_usd) FROM spending s WHERE s.subject_id = p_subject AND s.month = p_month);
END $$;

-- Adds to what is spent, unless that would be more than the limit; null is no limit.
-- @returns null if it is added, else what is spent already. Then nothing was written.
CREATE FUNCTION reserve_spending(p_subject text, p_month date, p_usd numeric, p_limit_usd numeric) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
  spent numeric;
BEGIN
  IF add_to_one_slot(p_subject, p_month, p_usd, p_limit_usd, false) THEN
    RETURN NULL;
  END IF;
  spent := lock_spending(p_subject, p_month);
  IF spent + p_usd > p_limit_usd THEN
    RETURN spent;
  END IF;
  -- What is left of the limit is shared out anew.
  UPDATE spending s SET
      spent_usd = s.spent_usd + CASE s.slot WHEN 0 THEN p_usd ELSE 0 END,
      room_usd = COALESCE(trunc((p_limit_usd - spent - p_usd) / 16, 6), 0),
      limit_usd = p_limit_usd
    WHERE s.subject_id = p_subject AND s.month = p_month;
  RETURN NULL;
END $$;

-- Adds to what is spent, or takes from it, whatever the limit: this is known to have come about.
CREATE FUNCTION correct_spending(p_subject text, p_month date, p_usd numeric) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT add_to_one_slot(p_subject, p_month, p_usd, NULL, true) THEN
    PERFORM lock_spending(p_subject, p_month);
    UPDATE spending s SET spent_usd = s.spent_usd + CASE s.slot WHEN 0 THEN p_usd ELSE 0 END, room_usd = 0
      WHERE s.subject_id = p_subject AND s.month = p_month;
  END IF;
END $$;

-- Whoever changes what an order counts: the sums follow. Tenant before key, as in `accept_order`, and both after every
-- other row, so that no two transactions wait for each other.
CREATE FUNCTION order_spending_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change CONSTANT numeric := COALESCE(NEW.spending_usd, 0) - COALESCE(OLD.spending_usd, 0);
BEGIN
  PERFORM correct_spending(NEW.tenant_id, month_of(NEW.created_at), change);
  PERFORM correct_spending(NEW.api_key_id, month_of(NEW.created_at), change);
  RETURN NULL;
END $$;
CREATE TRIGGER order_spending_changed AFTER UPDATE OF spending_usd ON orders
  FOR EACH ROW WHEN (OLD.spending_usd IS DISTINCT FROM NEW.spending_usd) EXECUTE FUNCTION order_spending_changed();

-- Accepting -------------------------------------------------------------------------------------------------------------

DROP FUNCTION accept_order(
  jsonb, text, jsonb, text, text, bytea, uuid, float8, float8, boolean, uuid, uuid, float8, text, int, text);

-- Accepts an order, or says why not, in one statement: key, duplicate guard, order, first event, first task and, where it is
-- known already, the response. Requests with one key come one after the other, and so do orders that say the same; each
-- sees what the one before it has committed. Kinds: accepted, or one of a known key, paused, duplicate, tenant_limit,
-- key_limit; of the last two, `spent_usd` says what is spent already.
--
-- `p_order` has the order's columns as JSON; `p_sameness` is the text that orders which say the same have in common; `p_commit_time` is the text that stands for the time of this commit in it and
-- in the response.
CREATE FUNCTION accept_order(
  p_order jsonb, p_event_id text, p_cause jsonb,
  p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8,
  p_sameness text, p_duplicate_window_ms float8, p_refuse_if_paused boolean,
  p_tenant_limit_usd numeric, p_key_limit_usd numeric,
  p_lease_token uuid, p_leased_by uuid, p_lease_ms float8,
  p_commit_time text, p_response_status int, p_response_body text
) RETURNS TABLE (
  kind text, order_id text, response_status int, response_body text, committed_at timestamptz, pause_reason text,
  probe_in_ms float8, spent_usd numeric
) LANGUAGE plpgsql AS $$
DECLARE
  o orders := jsonb_populate_record(NULL::orders, p_order);
BEGIN
  committed_at := date_trunc('milliseconds', now());
  PERFORM pg_advisory_xact_lock(hashtextextended(jsonb_build_array(o.tenant_id, p_operation, p_key)::text, 1));
  SELECT k.kind, k.order_id, k.response_status, k.response_body
    INTO kind, order_id, response_status, response_body
    FROM known_idempotency_key(o.tenant_id, p_operation, p_key, p_fingerprint, p_owner, p_lock_ms) k;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;

  IF p_refuse_if_paused THEN
    SELECT h.pause_reason, GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000) INTO pause_reason, probe_in_ms
      FROM provider_health h
      WHERE h.provider = o.provider AND h.operation_class = 'purchases' AND h.pause_reason IS NOT NULL;
    IF FOUND THEN
      kind := 'paused';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  o.sameness := sha256(convert_to(p_sameness, 'UTF8'));
  IF o.sameness IS NOT NULL AND p_duplicate_window_ms > 0 THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(o.sameness, 'hex'), 0));
    SELECT d.id INTO order_id FROM orders d
      WHERE d.sameness = o.sameness AND d.created_at > now() - p_duplicate_window_ms * interval '1 millisecond'
        AND d.status NOT IN ('failed', 'cancelled', 'expired')
      ORDER BY d.created_at DESC LIMIT 1;
    IF FOUND THEN
      kind := 'duplicate';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  IF o.spending_usd IS NOT NULL THEN
    spent_usd := reserve_spending(o.tenant_id, month_of(committed_at), o.spending_usd, p_tenant_limit_usd);
    IF spent_usd IS NOT NULL THEN
      kind := 'tenant_limit';
      RETURN NEXT;
      RETURN;
    END IF;
    spent_usd := reserve_spending(o.api_key_id, month_of(committed_at), o.spending_usd, p_key_limit_usd);
    IF spent_usd IS NOT NULL THEN
      PERFORM correct_spending(o.tenant_id, month_of(committed_at), -o.spending_usd);
      kind := 'key_limit';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  INSERT INTO orders (
    id, tenant_id, status, provider, provider_offering_id, offering_name, provider_account, payment_method,
    requested_grams, ordered_grams, quoted_amount, quoted_currency, max_total_amount, max_total_currency,
    beneficiary_name, beneficiary_email, retirement_message, description, reference, metadata, labels, routing, offer_id,
    success_url, cancel_url, webhook_url, api_key_id, spending_usd, usd_per_unit, sameness, created_at, updated_at, version)
  VALUES (
    o.id, o.tenant_id, 'created', o.provider, o.provider_offering_id, o.offering_name, o.provider_account,
    o.payment_method, o.requested_grams, o.ordered_grams, o.quoted_amount, o.quoted_currency, o.max_total_amount,
    o.max_total_currency, o.beneficiary_name, o.beneficiary_email, o.retirement_message, o.description, o.reference,
    o.metadata, o.labels, o.routing, o.offer_id, o.success_url, o.cancel_url, o.webhook_url, o.api_key_id, o.spending_usd,
    o.usd_per_unit, o.sameness, committed_at, committed_at, 1);
  INSERT INTO order_events (id, order_id, sequence, type, to_status, source, cause, occurred_at)
    VALUES (p_event_id, o.id, 1, 'order.created', 'created', 'request', p_cause, committed_at);
  INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_by, leased_until, runs)
    VALUES (
      o.id, 'purchase', now() + COALESCE(p_lease_ms, 0) * interval '1 millisecond', p_lease_token, p_leased_by,
      now() + p_lease_ms * interval '1 millisecond', CASE WHEN p_lease_token IS NULL THEN 0 ELSE 1 END);
  response_status := p_response_status;
  response_body := replace(p_response_body, p_commit_time, to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  INSERT INTO idempotency_records (
    tenant_id, operation, key, fingerprint, order_id, locked_until, lock_owner, response_status, response_body)
  VALUES (
    o.tenant_id, p_operation, p_key, p_fingerprint, o.id, now() + p_lock_ms * interval '1 millisecond', p_owner,
    response_status, response_body);
  kind := 'accepted';
  order_id := o.id;
  RETURN NEXT;
END $$;
