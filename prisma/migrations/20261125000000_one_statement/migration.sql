-- One word per thing in every column, and what lets each commit of an order be one statement. Processes of the version
-- before do not know these names: stop them first.

-- Names ---------------------------------------------------------------------------------------------------------------

ALTER TABLE orders RENAME COLUMN callback_url TO webhook_url;
ALTER TABLE orders RENAME COLUMN token_hash TO callback_token_hash;
ALTER INDEX orders_token_hash_key RENAME TO orders_callback_token_hash_key;
-- Payers' browsers and the provider get tokens of their own. Orders sent before share one.
ALTER TABLE orders ADD COLUMN return_token_hash BYTEA;
UPDATE orders SET return_token_hash = callback_token_hash WHERE callback_token_hash IS NOT NULL;
CREATE UNIQUE INDEX orders_return_token_hash_key ON orders (return_token_hash);

ALTER TABLE order_events RENAME COLUMN "at" TO occurred_at;
ALTER TABLE order_events ADD COLUMN cause JSONB NOT NULL DEFAULT '{}';
ALTER TABLE attempts RENAME COLUMN settled_at TO recorded_at;
ALTER TABLE checkout_returns RENAME COLUMN verdict TO confirmation;
ALTER TABLE provider_health RENAME COLUMN paused_for TO pause_reason;
ALTER TABLE idempotency_records RENAME COLUMN answer_status TO response_status;
ALTER TABLE idempotency_records RENAME COLUMN answer_body TO response_body;
-- Who holds the lock: a request whose lock was taken over releases and stores nothing.
ALTER TABLE idempotency_records ADD COLUMN lock_owner UUID;

ALTER TABLE order_events DISABLE TRIGGER order_events_append_only;
UPDATE order_events SET source = 'response' WHERE source = 'answer';
UPDATE order_events SET type = 'order.not_sent' WHERE type = 'order.created' AND from_status IS NOT NULL;
ALTER TABLE order_events ENABLE TRIGGER order_events_append_only;

UPDATE attempts SET operation =
  CASE operation WHEN 'place_order' THEN 'placeOrder' WHEN 'create_checkout' THEN 'createCheckout' ELSE operation END;

ALTER TABLE provider_health DROP CONSTRAINT provider_health_operation_class;
UPDATE provider_health SET operation_class = 'catalog' WHERE operation_class = 'catalogue';

-- Closed words: the readers of these columns know no others. ----------------------------------------------------------

ALTER TABLE orders
  ADD CONSTRAINT orders_status CHECK (status IN (
    'created', 'submitting', 'in_doubt', 'awaiting_payment', 'placed', 'accepted', 'retired', 'completed', 'cancelled',
    'failed', 'expired')),
  ADD CONSTRAINT orders_price_source CHECK (price_source IN ('charged', 'quoted', 'computed')),
  ADD CONSTRAINT orders_currencies CHECK (
    price_currency IN ('USD', 'GBP', 'EUR') AND quoted_currency IN ('USD', 'GBP', 'EUR')
    AND max_total_currency IN ('USD', 'GBP', 'EUR')),
  ADD CONSTRAINT orders_review_reason CHECK (review_reason IN (
    'bought_twice', 'paid_twice', 'orphan_purchase', 'retirement_failed', 'undone_after_retirement', 'answer_disagrees',
    'contradicting_end', 'unproven_outcome', 'vanished', 'payment_unconfirmed', 'unreadable_answer',
    'submission_keeps_failing'));
ALTER TABLE order_events
  ADD CONSTRAINT order_events_type CHECK (type IN (
    'order.created', 'order.quoted', 'order.submitting', 'order.not_sent', 'order.in_doubt', 'order.awaiting_payment',
    'order.placed', 'order.accepted', 'order.retired', 'order.completed', 'order.cancelled', 'order.failed',
    'order.expired', 'order.updated', 'order.not_found', 'order.proven_absent', 'order.lookup_failed',
    'order.cancel_requested', 'order.review_flagged', 'order.review_cleared')),
  ADD CONSTRAINT order_events_source CHECK (source IN (
    'request', 'response', 'lookup', 'poll', 'callback', 'return', 'operator'));
ALTER TABLE attempts
  ADD CONSTRAINT attempts_operation CHECK (operation IN ('placeOrder', 'createCheckout', 'cancel')),
  ADD CONSTRAINT attempts_reason CHECK (reason IN (
    'invalid_request', 'mass_not_orderable', 'insufficient_supply', 'offering_not_found', 'order_not_found',
    'not_permitted', 'credentials', 'insufficient_credit', 'rate_limited', 'unavailable', 'timed_out',
    'unreadable_answer', 'answer_disagrees', 'rejected'));
ALTER TABLE checkout_sessions ADD CONSTRAINT checkout_sessions_status CHECK (status IN ('open', 'complete', 'expired'));
ALTER TABLE checkout_returns
  ADD CONSTRAINT checkout_returns_confirmation CHECK (confirmation IN ('claimed', 'confirmed', 'refused'));
ALTER TABLE offers ADD CONSTRAINT offers_words CHECK (
  payment_method IN ('account', 'checkout') AND currency IN ('USD', 'GBP', 'EUR')
  AND firmness IN ('firm', 'indicative', 'computed'));
ALTER TABLE provider_health
  ADD CONSTRAINT provider_health_operation_class CHECK (operation_class IN ('purchases', 'status', 'catalog')),
  ADD CONSTRAINT provider_health_pause_reason CHECK (
    pause_reason IN ('credentials', 'insufficient_credit', 'unavailable'));

-- Guards ---------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION order_move_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM order_status_moves m WHERE m.from_status = OLD.status AND m.to_status = NEW.status) THEN
    RAISE EXCEPTION 'order % may not move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  -- Unknown is never failed: while one send of the purchase is unknown, the order cannot be called not bought.
  IF NEW.status = 'failed' AND EXISTS (
    SELECT FROM attempts a
    WHERE a.order_id = NEW.id AND a.operation = 'placeOrder' AND (a.outcome IS NULL OR a.outcome = 'ambiguous')
  ) THEN
    RAISE EXCEPTION 'order % has a send of unknown outcome and may not fail', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION attempt_outcome_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the outcome of attempt % of order % is recorded', OLD.number, OLD.order_id
    USING ERRCODE = 'check_violation';
END $$;

-- Kinds of task to come may have an order for their subject, too: they do not bring it on.
CREATE OR REPLACE FUNCTION refuse_order_without_task(subject text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM orders o
    WHERE o.id = subject AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.subject_id = o.id AND t.kind IN ('purchase', 'follow'))
  ) THEN
    RAISE EXCEPTION 'order % has not ended and has no task', subject USING ERRCODE = 'check_violation';
  END IF;
END $$;

-- A commit writes the whole row: only a real move has to be looked at again.
DROP TRIGGER open_order_has_task ON orders;
CREATE CONSTRAINT TRIGGER open_order_has_task AFTER INSERT ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION open_order_has_task();
CREATE CONSTRAINT TRIGGER moved_order_has_task AFTER UPDATE OF status ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION open_order_has_task();

-- Tasks are keyed by subject and kind, and claimed by kind. --------------------------------------------------------------

ALTER TABLE tasks DROP CONSTRAINT tasks_pkey, ADD CONSTRAINT tasks_pkey PRIMARY KEY (subject_id, kind);
DROP INDEX tasks_run_at_idx;
CREATE INDEX tasks_kind_run_at_idx ON tasks (kind, run_at);

-- Lists read the rows of their page and no others, whatever the filter and the depth. ------------------------------------

DROP INDEX orders_tenant_id_reference_idx;
CREATE INDEX orders_created_at_id_idx ON orders (created_at DESC, id DESC);
CREATE INDEX orders_tenant_id_status_created_at_id_idx ON orders (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX orders_tenant_id_provider_created_at_id_idx ON orders (tenant_id, provider, created_at DESC, id DESC);
CREATE INDEX orders_reference_tenant_id_created_at_id_idx ON orders (reference, tenant_id, created_at DESC, id DESC);
CREATE INDEX orders_labels_idx ON orders USING GIN (labels jsonb_path_ops);
-- For all tenants: statuses that few orders have.
CREATE INDEX orders_uncommon_status ON orders (status, created_at DESC, id DESC) WHERE status <> 'completed';

-- What `/metrics` counts: open orders, and those under review. The sweep goes through the open ones, too.
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (provider, status, id) WHERE status NOT IN ('completed', 'cancelled', 'failed', 'expired');
CREATE INDEX orders_under_review ON orders (provider, review_reason) WHERE review_reason IS NOT NULL;

-- Quota ------------------------------------------------------------------------------------------------------------------

-- Takes up to `most` calls from every bucket of a provider that counts them: as many as all of them have. None granted:
-- `wait_ms` says when there will be one. A lane leaves its reserve (a share of each bucket) to the lanes before it.
DROP FUNCTION take_quota(text, text[], float8[], float8[], float8);
CREATE TYPE quota_slots AS (granted int, wait_ms float8);
CREATE FUNCTION take_quota(
  for_provider text, limits text[], capacities float8[], tokens_per_ms float8[], reserve float8, most int
) RETURNS quota_slots LANGUAGE plpgsql AS $$
DECLARE
  granted int := most;
  wait_ms float8 := 0;
  bucket record;
  available float8;
  needed float8;
  -- Read after the rows are locked: a clock that was older than its lock handed out more than the limit.
  t timestamptz;
BEGIN
  INSERT INTO quota_buckets (provider, "limit", tokens, filled_at)
    SELECT for_provider, l, c, clock_timestamp() FROM unnest(limits, capacities) AS u(l, c) ON CONFLICT DO NOTHING;
  PERFORM FROM quota_buckets b WHERE b.provider = for_provider ORDER BY b."limit" FOR UPDATE;
  t := clock_timestamp();
  FOR bucket IN
    SELECT b.*, u.capacity, u.rate FROM quota_buckets b
      JOIN unnest(limits, capacities, tokens_per_ms) AS u(l, capacity, rate) ON u.l = b."limit"
    WHERE b.provider = for_provider
  LOOP
    available := LEAST(bucket.capacity,
      bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM t - bucket.filled_at) * 1000) * bucket.rate * bucket.pace);
    needed := LEAST(bucket.capacity, 1 + reserve * bucket.capacity);
    IF available < needed THEN
      granted := 0;
      wait_ms := GREATEST(wait_ms, (needed - available) / (bucket.rate * bucket.pace));
    ELSE
      granted := LEAST(granted, 1 + floor(available - needed)::int);
    END IF;
    IF bucket.blocked_until > t THEN
      granted := 0;
      wait_ms := GREATEST(wait_ms, EXTRACT(EPOCH FROM bucket.blocked_until - t) * 1000);
    END IF;
  END LOOP;
  IF granted > 0 THEN
    UPDATE quota_buckets b SET
      tokens = LEAST(u.capacity,
        b.tokens + GREATEST(0, EXTRACT(EPOCH FROM t - b.filled_at) * 1000) * u.rate * b.pace) - granted,
      pace = LEAST(1, b.pace * 1.01 ^ granted),
      filled_at = t
    FROM unnest(limits, capacities, tokens_per_ms) AS u(l, capacity, rate)
    WHERE b.provider = for_provider AND b."limit" = u.l;
  END IF;
  RETURN ROW(granted, wait_ms);
END $$;

-- Idempotency keys -------------------------------------------------------------------------------------------------------

-- What is known of a key. No row: it is new. An abandoned key is locked for the caller in the same statement, so only one
-- request takes it over.
CREATE FUNCTION known_idempotency_key(
  p_tenant_id text, p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8
) RETURNS TABLE (kind text, order_id text, response_status int, response_body text) LANGUAGE plpgsql AS $$
DECLARE
  r idempotency_records;
BEGIN
  SELECT * INTO r FROM idempotency_records i
    WHERE i.tenant_id = p_tenant_id AND i.operation = p_operation AND i.key = p_key;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  order_id := r.order_id;
  IF r.fingerprint <> p_fingerprint THEN
    kind := 'reused';
  ELSIF r.response_status IS NOT NULL THEN
    kind := 'responded';
    response_status := r.response_status;
    response_body := r.response_body;
  ELSE
    UPDATE idempotency_records i SET locked_until = now() + p_lock_ms * interval '1 millisecond', lock_owner = p_owner
      WHERE i.tenant_id = p_tenant_id AND i.operation = p_operation AND i.key = p_key
        AND i.locked_until <= now() AND i.response_status IS NULL;
    kind := CASE WHEN FOUND THEN 'abandoned' ELSE 'in_progress' END;
  END IF;
  RETURN NEXT;
END $$;

-- Takes a new key for an order that exists, or says what is known of the key. Kind `taken`: it is the caller's.
CREATE FUNCTION take_idempotency_key(
  p_tenant_id text, p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8, p_order_id text
) RETURNS TABLE (kind text, order_id text, response_status int, response_body text) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, order_id, locked_until, lock_owner)
    VALUES (p_tenant_id, p_operation, p_key, p_fingerprint, p_order_id, now() + p_lock_ms * interval '1 millisecond', p_owner)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN
    kind := 'taken';
    order_id := p_order_id;
    RETURN NEXT;
  ELSE
    RETURN QUERY SELECT * FROM known_idempotency_key(p_tenant_id, p_operation, p_key, p_fingerprint, p_owner, p_lock_ms);
  END IF;
END $$;

-- Accepts an order, or says why not, in one statement: key, duplicate guard, order, first event, first task and, where it is
-- known already, the response. Requests with one key come one after the other, and so do orders that say the same; each
-- sees what the one before it has committed. Kinds: accepted, or one of a known key, paused, duplicate.
--
-- `p_order` has the order's columns as JSON; `p_commit_time` is the text that stands for the time of this commit in it and
-- in the response.
CREATE FUNCTION accept_order(
  p_order jsonb, p_event_id text, p_cause jsonb,
  p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8,
  p_duplicate_window_ms float8, p_refuse_if_paused boolean,
  p_lease_token uuid, p_leased_by uuid, p_lease_ms float8,
  p_commit_time text, p_response_status int, p_response_body text
) RETURNS TABLE (
  kind text, order_id text, response_status int, response_body text, committed_at timestamptz, pause_reason text,
  probe_in_ms float8
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

  IF o.reference IS NOT NULL AND p_duplicate_window_ms > 0 THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(
      jsonb_build_array(o.tenant_id, o.provider, o.ordered_grams, o.beneficiary_name, o.reference)::text, 0));
    SELECT d.id INTO order_id FROM orders d
      WHERE d.reference = o.reference AND d.tenant_id = o.tenant_id AND d.provider = o.provider
        AND d.ordered_grams = o.ordered_grams AND d.beneficiary_name = o.beneficiary_name
        AND d.created_at > now() - p_duplicate_window_ms * interval '1 millisecond'
        AND d.status NOT IN ('failed', 'cancelled', 'expired')
      ORDER BY d.created_at DESC LIMIT 1;
    IF FOUND THEN
      kind := 'duplicate';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  INSERT INTO orders (
    id, tenant_id, status, provider, provider_offering_id, offering_name, provider_account, payment_method,
    requested_grams, ordered_grams, quoted_amount, quoted_currency, max_total_amount, max_total_currency,
    beneficiary_name, beneficiary_email, retirement_message, description, reference, metadata, labels, routing, offer_id,
    success_url, cancel_url, webhook_url, created_at, updated_at, version)
  VALUES (
    o.id, o.tenant_id, 'created', o.provider, o.provider_offering_id, o.offering_name, o.provider_account,
    o.payment_method, o.requested_grams, o.ordered_grams, o.quoted_amount, o.quoted_currency, o.max_total_amount,
    o.max_total_currency, o.beneficiary_name, o.beneficiary_email, o.retirement_message, o.description, o.reference,
    o.metadata, o.labels, o.routing, o.offer_id, o.success_url, o.cancel_url, o.webhook_url, committed_at, committed_at, 1);
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
