-- Pools: many small orders of one offering, which are bought together as one order of the house, and get of it exactly what
-- each has ordered (docs/finance.md).

-- 'member': it is never sent, and retired with its pool. 'purchase': what a pool buys, an order like any other.
ALTER TABLE orders ADD COLUMN pool_role TEXT;

CREATE TABLE pools (
  id                   TEXT NOT NULL,
  -- The house: on whose behalf it is bought.
  tenant_id            TEXT NOT NULL,
  -- What the registry shows.
  beneficiary          TEXT NOT NULL,
  provider             TEXT NOT NULL,
  provider_offering_id TEXT NOT NULL,
  offering_name        TEXT NOT NULL,
  -- What is bought is a whole multiple of it.
  step_grams           BIGINT NOT NULL,
  status               TEXT NOT NULL DEFAULT 'open',
  -- Of its members together.
  grams                BIGINT NOT NULL DEFAULT 0,
  members              INT NOT NULL DEFAULT 0,
  -- Its purchase.
  order_id             TEXT,
  -- What of the purchase no member has, and what of its price, without tax, in millionths. Null until it is allocated.
  left_grams           BIGINT,
  left_units           NUMERIC(24, 0),
  closes_at            TIMESTAMPTZ(3) NOT NULL,
  created_at           TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  sealed_at            TIMESTAMPTZ(3),
  ended_at             TIMESTAMPTZ(3),
  version              INT NOT NULL DEFAULT 1,

  CONSTRAINT pools_pkey PRIMARY KEY (id),
  CONSTRAINT pools_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT pools_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT pools_status CHECK (status IN ('open', 'sealed', 'allocated', 'dissolved')),
  CONSTRAINT pools_are_whole CHECK (
    step_grams > 0 AND grams >= 0 AND members >= 0 AND (grams = 0) = (members = 0)
    AND CASE status WHEN 'open' THEN order_id IS NULL AND sealed_at IS NULL
                    WHEN 'dissolved' THEN true ELSE order_id IS NOT NULL AND sealed_at IS NOT NULL END),
  CONSTRAINT pools_left CHECK (
    (left_grams IS NULL) = (status <> 'allocated') AND (left_units IS NULL) = (left_grams IS NULL)
    AND left_grams >= 0 AND left_units >= 0)
);
CREATE UNIQUE INDEX pools_order_id_key ON pools (order_id);
-- One for each offering that is open. A second is refused, whoever opens it.
CREATE UNIQUE INDEX pools_open ON pools (provider, provider_offering_id) WHERE status = 'open';

CREATE TABLE pool_members (
  order_id   TEXT NOT NULL,
  -- Null once it has left, or has failed.
  pool_id    TEXT,
  grams      BIGINT NOT NULL,
  -- Pools that it was in, this one included.
  tries      INT NOT NULL,
  -- What it has of the price, without tax, in millionths. Null until it is allocated.
  cost_units NUMERIC(24, 0),

  CONSTRAINT pool_members_pkey PRIMARY KEY (order_id),
  CONSTRAINT pool_members_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT pool_members_pool_id_fkey FOREIGN KEY (pool_id) REFERENCES pools (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT pool_members_are_whole CHECK (grams > 0 AND tries > 0 AND cost_units >= 0)
);
CREATE INDEX pool_members_pool_id_order_id_idx ON pool_members (pool_id, order_id);

-- A pool goes one way, and buys once.
CREATE FUNCTION pool_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
       ('open', 'sealed'), ('open', 'dissolved'), ('sealed', 'allocated'), ('sealed', 'dissolved'))
     OR OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id
     OR OLD.left_grams IS NOT NULL AND (NEW.left_grams, NEW.left_units) IS DISTINCT FROM (OLD.left_grams, OLD.left_units) THEN
    RAISE EXCEPTION 'pool % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pool_goes_on BEFORE UPDATE ON pools FOR EACH ROW EXECUTE FUNCTION pool_goes_on();

-- What a member has, it has for good.
CREATE FUNCTION pool_member_keeps_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.cost_units IS NOT NULL OR (OLD.order_id, OLD.grams) IS DISTINCT FROM (NEW.order_id, NEW.grams) THEN
    RAISE EXCEPTION 'what order % has of its pool stays', OLD.order_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pool_member_keeps_share BEFORE UPDATE ON pool_members
  FOR EACH ROW EXECUTE FUNCTION pool_member_keeps_share();

CREATE TRIGGER not_deleted BEFORE DELETE ON pools FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON pools FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_deleted BEFORE DELETE ON pool_members FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON pool_members FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What an order tells of its pool. STABLE: of the same statement it sees what was there before it.
CREATE FUNCTION order_pool(p_order_id text, p_role text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', p.id, 'status', p.status, 'closes_at', p.closes_at,
    'purchase', CASE WHEN b.id IS NOT NULL THEN jsonb_build_object(
      'grams', b.ordered_grams, 'provider_order_id', b.provider_order_id, 'retirements', b.retirements,
      'certificate', b.certificate) END)
  FROM pools p LEFT JOIN orders b ON b.id = p.order_id
  WHERE p.id = CASE p_role WHEN 'member' THEN (SELECT m.pool_id FROM pool_members m WHERE m.order_id = p_order_id)
                           ELSE (SELECT x.id FROM pools x WHERE x.order_id = p_order_id) END
$$;

CREATE FUNCTION waits_in(p_pool pools) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'Waits until ' || to_char(p_pool.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || ' at the latest for others with which it is bought together'
$$;

-- The open pool of what an order buys, locked; with its task, a new one where there is none.
CREATE FUNCTION open_pool(p_new jsonb, o orders) RETURNS pools LANGUAGE plpgsql AS $$
DECLARE
  found_pool pools;
BEGIN
  LOOP
    SELECT p.* INTO found_pool FROM pools p
      WHERE p.provider = o.provider AND p.provider_offering_id = o.provider_offering_id AND p.status = 'open'
      FOR NO KEY UPDATE;
    IF FOUND THEN
      RETURN found_pool;
    END IF;
    INSERT INTO pools (id, tenant_id, beneficiary, provider, provider_offering_id, offering_name, step_grams, closes_at)
      VALUES (
        p_new ->> 'id', p_new ->> 'tenant_id', p_new ->> 'beneficiary', o.provider, o.provider_offering_id, o.offering_name,
        (p_new ->> 'step_grams')::bigint,
        date_trunc('milliseconds', now()) + (p_new ->> 'open_ms')::float8 * interval '1 millisecond')
      ON CONFLICT (provider, provider_offering_id) WHERE status = 'open' DO NOTHING;
  END LOOP;
END $$;

-- Into a pool that is locked. Its task looks at it at once: it may be full.
CREATE FUNCTION join_pool(p_pool_id text, p_order_id text, p_grams bigint, p_tries int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pool_members (order_id, pool_id, grams, tries) VALUES (p_order_id, p_pool_id, p_grams, p_tries)
    ON CONFLICT (order_id) DO UPDATE SET pool_id = EXCLUDED.pool_id, tries = EXCLUDED.tries;
  UPDATE pools SET grams = grams + p_grams, members = members + 1, version = version + 1 WHERE id = p_pool_id;
  INSERT INTO tasks (subject_id, kind) VALUES (p_pool_id, 'pool')
    ON CONFLICT (subject_id, kind) DO UPDATE SET run_at = LEAST(tasks.run_at, now());
END $$;

-- Seals a pool that is as it was read, and places the order that it buys, in one. Returns what came of it: `sealed`, `moved`
-- where somebody was faster, or why the order was not accepted.
CREATE FUNCTION seal_pool(p_pool_id text, p_version int, p_purchase jsonb, p_event_id text, p_cause jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  placed record;
BEGIN
  PERFORM FROM pools p WHERE p.id = p_pool_id AND p.version = p_version AND p.status = 'open' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'moved';
  END IF;
  SELECT * INTO placed FROM accept_order(
    p_purchase, p_event_id, p_cause, 'seal_pool', p_pool_id, sha256(convert_to(p_pool_id, 'UTF8')), gen_random_uuid(), 0,
    NULL, 0, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
  IF placed.kind <> 'accepted' THEN
    RETURN placed.kind;
  END IF;
  UPDATE pools SET status = 'sealed', order_id = placed.order_id, sealed_at = placed.committed_at, version = version + 1
    WHERE id = p_pool_id;
  RETURN 'sealed';
END $$;

-- A purchase that has moved is looked at by its pool. A member leaves a pool that is open, is retired as that is allocated,
-- and fails as it is dissolved; nothing else moves it, whoever writes: what is bought would have nobody who pays for it.
CREATE FUNCTION pooled_order_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.pool_role = 'purchase' THEN
    UPDATE tasks t SET run_at = LEAST(t.run_at, now())
      FROM pools p WHERE p.order_id = NEW.id AND t.subject_id = p.id AND t.kind = 'pool';
    RETURN NULL;
  END IF;
  IF NEW.status = 'cancelled' THEN
    UPDATE pools p SET grams = p.grams - m.grams, members = p.members - 1, version = p.version + 1
      FROM pool_members m WHERE m.order_id = NEW.id AND p.id = m.pool_id AND p.status = 'open';
  ELSE
    PERFORM FROM pool_members m JOIN pools p ON p.id = m.pool_id
      WHERE m.order_id = NEW.id AND p.status = CASE NEW.status WHEN 'failed' THEN 'dissolved' ELSE 'allocated' END;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the pool of order % keeps it', NEW.id
      USING ERRCODE = 'check_violation', TABLE = 'pools', CONSTRAINT = 'pools_keep_members';
  END IF;
  IF NEW.status = 'cancelled' THEN
    UPDATE pool_members SET pool_id = NULL WHERE order_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
-- Its name makes it the last one: locks on a pool are taken behind those on spending, as `accept_order` does.
CREATE TRIGGER pooled_order_moved AFTER UPDATE OF status ON orders
  FOR EACH ROW WHEN (NEW.pool_role IS NOT NULL AND OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION pooled_order_moved();

-- Members of a pool are retired, or fail, thousands at a time: for them, whoever does so adds up, and corrects each sum once.
CREATE OR REPLACE FUNCTION order_spending_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change CONSTANT numeric := COALESCE(NEW.spending_usd, 0) - COALESCE(OLD.spending_usd, 0);
BEGIN
  IF NEW.pool_role = 'member' AND NEW.status IN ('retired', 'failed') AND OLD.status = 'created' THEN
    RETURN NULL;
  END IF;
  PERFORM correct_spending(NEW.tenant_id, month_of(NEW.created_at), change);
  PERFORM correct_spending(NEW.api_key_id, month_of(NEW.created_at), change);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION refuse_order_without_task(subject text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM orders o
    WHERE o.id = subject AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.subject_id = o.id AND t.kind IN ('purchase', 'follow', 'pooled'))
  ) THEN
    RAISE EXCEPTION 'order % has not ended and has no task', subject USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION order_makes_sense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken CONSTANT text := CASE
    WHEN NEW.status NOT IN (
      'created', 'submitting', 'in_doubt', 'awaiting_payment', 'placed', 'accepted', 'retired', 'completed', 'cancelled',
      'failed', 'expired')
      THEN 'orders_status'
    WHEN NEW.payment_method NOT IN ('account', 'checkout')
      THEN 'orders_payment_method'
    WHEN NEW.requested_grams <= 0 OR NEW.ordered_grams <= 0
      THEN 'orders_mass_is_positive'
    WHEN NEW.price_currency NOT IN ('USD', 'GBP', 'EUR') OR NEW.quoted_currency NOT IN ('USD', 'GBP', 'EUR')
      OR NEW.max_total_currency NOT IN ('USD', 'GBP', 'EUR')
      THEN 'orders_currencies'
    WHEN (NEW.price_amount IS NULL) <> (NEW.price_currency IS NULL)
      OR (NEW.price_amount IS NULL) <> (NEW.price_source IS NULL) OR NEW.price_amount < 0
      THEN 'orders_price_is_whole'
    WHEN NEW.price_source NOT IN ('charged', 'quoted', 'computed')
      THEN 'orders_price_source'
    WHEN NEW.price_tax_amount IS NOT NULL
      AND (NEW.price_amount IS NULL OR NEW.price_tax_amount < 0 OR NEW.price_tax_amount > NEW.price_amount)
      THEN 'orders_tax_is_within_price'
    WHEN NEW.later_price_amount IS NOT NULL
      AND (NEW.price_source IS DISTINCT FROM 'charged' OR NEW.later_price_amount < 0)
      THEN 'orders_later_price_follows_charge'
    WHEN NEW.spending_usd < 0 OR (NEW.spending_usd IS NOT NULL AND NEW.api_key_id IS NULL)
      THEN 'orders_spending'
    WHEN (NEW.review_reason IS NULL) <> (NEW.review_since IS NULL)
      THEN 'orders_review_is_whole'
    WHEN NEW.review_reason NOT IN (
      'bought_twice', 'payment_disputed', 'paid_twice', 'orphan_purchase', 'retirement_failed', 'undone_after_retirement',
      'answer_disagrees', 'contradicting_end', 'unproven_outcome', 'vanished', 'too_many_claims', 'payment_unconfirmed',
      'unreadable_answer', 'submission_keeps_failing')
      THEN 'orders_review_reason'
    WHEN NEW.provider_retired_at IS NOT NULL AND NEW.retired_at IS NULL
      THEN 'orders_provider_retired_at_follows'
    WHEN NEW.pool_role NOT IN ('member', 'purchase')
      OR NEW.pool_role = 'member' AND (
        NEW.status NOT IN ('created', 'retired', 'completed', 'cancelled', 'failed') OR NEW.provider_order_id IS NOT NULL)
      THEN 'orders_members_are_not_sent'
    WHEN NEW.personal_data_erased_at IS NOT NULL AND (
      NEW.status NOT IN ('completed', 'cancelled', 'failed', 'expired') OR NEW.beneficiary_name <> 'erased'
      OR NEW.metadata <> '{}' OR COALESCE(
        NEW.beneficiary_email, NEW.retirement_message, NEW.description, NEW.success_url, NEW.cancel_url, NEW.webhook_url)
        IS NOT NULL)
      THEN 'orders_erased_are_empty'
  END;
BEGIN
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'order % violates check constraint "%"', NEW.id, broken
      USING ERRCODE = 'check_violation', TABLE = 'orders', CONSTRAINT = broken;
  END IF;
  IF TG_OP = 'INSERT' AND NEW.status <> 'created' THEN
    RAISE EXCEPTION 'order % must begin as created', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION order_keeps_its_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.tenant_id, OLD.api_key_id, OLD.provider, OLD.provider_offering_id, OLD.provider_account, OLD.payment_method,
      OLD.requested_grams, OLD.ordered_grams, OLD.max_total_amount, OLD.max_total_currency, OLD.usd_per_unit, OLD.pool_role)
     IS DISTINCT FROM
     (NEW.id, NEW.tenant_id, NEW.api_key_id, NEW.provider, NEW.provider_offering_id, NEW.provider_account, NEW.payment_method,
      NEW.requested_grams, NEW.ordered_grams, NEW.max_total_amount, NEW.max_total_currency, NEW.usd_per_unit, NEW.pool_role)
     OR OLD.provider_order_id IS NOT NULL AND OLD.provider_order_id IS DISTINCT FROM NEW.provider_order_id
     OR OLD.provider_retired_at IS NOT NULL AND OLD.provider_retired_at IS DISTINCT FROM NEW.provider_retired_at THEN
    RAISE EXCEPTION 'what order % was placed for, and its purchase, stay as they are', OLD.id
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.price_source = 'charged' AND
     (OLD.price_amount, OLD.price_currency, OLD.price_source, OLD.price_tax_amount) IS DISTINCT FROM
     (NEW.price_amount, NEW.price_currency, NEW.price_source, NEW.price_tax_amount)
     OR OLD.price_amount IS NOT NULL AND NEW.price_amount IS NULL
     OR OLD.later_price_amount IS NOT NULL AND NEW.later_price_amount IS NULL
     OR (OLD.spending_usd IS NULL) <> (NEW.spending_usd IS NULL) THEN
    RAISE EXCEPTION 'the price of order % is settled', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION order_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken CONSTANT text := CASE
    WHEN NEW.type NOT IN (
      'order.created', 'order.quoted', 'order.submitting', 'order.not_sent', 'order.in_doubt', 'order.awaiting_payment',
      'order.placed', 'order.accepted', 'order.retired', 'order.completed', 'order.cancelled', 'order.failed',
      'order.expired', 'order.updated', 'order.not_found', 'order.proven_absent', 'order.lookup_failed',
      'order.cancel_requested', 'order.review_flagged', 'order.review_cleared', 'order.personal_data_erased', 'order.held',
      'order.pooled')
      THEN 'order_events_type'
    WHEN NEW.source NOT IN ('request', 'response', 'lookup', 'poll', 'callback', 'return', 'operator')
      THEN 'order_events_source'
  END;
BEGIN
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'event % violates check constraint "%"', NEW.id, broken
      USING ERRCODE = 'check_violation', TABLE = 'order_events', CONSTRAINT = broken;
  END IF;
  -- As people do by hand after their UPDATE.
  IF NEW.tenant_id IS NULL THEN
    SELECT o.tenant_id, CASE WHEN o.version >= NEW.sequence THEN order_state(o) END INTO NEW.tenant_id, NEW.state
      FROM orders o WHERE o.id = NEW.order_id;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION accept_order(
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
  state jsonb;
  joined pools;
  stop switches;
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

  SELECT s.* INTO stop FROM standing_switch(o.provider, o.tenant_id, switched_operation(o.payment_method)) s;
  IF stop.id IS NOT NULL AND (p_refuse_if_paused OR stop.tenant_id IS NOT NULL) THEN
    kind := CASE WHEN stop.tenant_id IS NULL THEN 'provider_switched_off' ELSE 'tenant_switched_off' END;
    pause_reason := stop.reason;
    committed_at := stop.until;
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

  -- Locked last, behind spending, as by whatever else changes a pool.
  IF o.pool_role = 'member' THEN
    joined := open_pool(p_order -> 'pool', o);
  END IF;

  INSERT INTO orders (
    id, tenant_id, status, provider, provider_offering_id, offering_name, provider_account, payment_method,
    requested_grams, ordered_grams, quoted_amount, quoted_currency, max_total_amount, max_total_currency,
    beneficiary_name, beneficiary_email, retirement_message, description, reference, metadata, labels, routing, offer_id,
    success_url, cancel_url, webhook_url, api_key_id, spending_usd, usd_per_unit, sameness, pool_role, status_reason,
    status_detail, created_at, updated_at, version)
  VALUES (
    o.id, o.tenant_id, 'created', o.provider, o.provider_offering_id, o.offering_name, o.provider_account,
    o.payment_method, o.requested_grams, o.ordered_grams, o.quoted_amount, o.quoted_currency, o.max_total_amount,
    o.max_total_currency, o.beneficiary_name, o.beneficiary_email, o.retirement_message, o.description, o.reference,
    o.metadata, o.labels, o.routing, o.offer_id, o.success_url, o.cancel_url, o.webhook_url, o.api_key_id, o.spending_usd,
    o.usd_per_unit, o.sameness, o.pool_role, CASE WHEN joined.id IS NOT NULL THEN 'pooled' END,
    CASE WHEN joined.id IS NOT NULL THEN waits_in(joined) END, committed_at, committed_at, 1)
  RETURNING order_state(orders) INTO state;
  IF joined.id IS NOT NULL THEN
    PERFORM join_pool(joined.id, o.id, o.ordered_grams, 1);
    state := state || jsonb_build_object('pool', order_pool(o.id, o.pool_role));
  END IF;
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, cause, occurred_at, state)
    VALUES (p_event_id, o.id, o.tenant_id, 1, 'order.created', 'created', 'request', p_cause, committed_at, state);
  INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_by, leased_until, runs)
    VALUES (
      o.id, CASE WHEN joined.id IS NULL THEN 'purchase' ELSE 'pooled' END,
      COALESCE(joined.closes_at + interval '1 hour', now() + COALESCE(p_lease_ms, 0) * interval '1 millisecond'),
      p_lease_token, p_leased_by,
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
