-- Rules that hold whoever writes: the same as src/domain/order/lifecycle.ts, refused by the database as well.

CREATE TABLE order_status_moves (
  from_status text NOT NULL,
  to_status   text NOT NULL,
  PRIMARY KEY (from_status, to_status)
);

INSERT INTO order_status_moves (from_status, to_status) VALUES
  ('created', 'submitting'), ('created', 'cancelled'), ('created', 'failed'),
  ('created', 'placed'), ('created', 'accepted'), ('created', 'retired'), ('created', 'completed'),
  ('submitting', 'created'), ('submitting', 'awaiting_payment'), ('submitting', 'placed'), ('submitting', 'accepted'),
  ('submitting', 'retired'), ('submitting', 'completed'), ('submitting', 'failed'), ('submitting', 'in_doubt'),
  ('in_doubt', 'submitting'), ('in_doubt', 'awaiting_payment'), ('in_doubt', 'placed'), ('in_doubt', 'accepted'),
  ('in_doubt', 'retired'), ('in_doubt', 'completed'), ('in_doubt', 'cancelled'), ('in_doubt', 'failed'),
  ('awaiting_payment', 'placed'), ('awaiting_payment', 'accepted'), ('awaiting_payment', 'retired'),
  ('awaiting_payment', 'completed'), ('awaiting_payment', 'expired'), ('awaiting_payment', 'cancelled'),
  ('awaiting_payment', 'failed'),
  ('placed', 'accepted'), ('placed', 'retired'), ('placed', 'completed'), ('placed', 'cancelled'), ('placed', 'failed'),
  ('accepted', 'retired'), ('accepted', 'completed'), ('accepted', 'cancelled'), ('accepted', 'failed'),
  ('retired', 'completed');

CREATE FUNCTION order_move_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM order_status_moves m WHERE m.from_status = OLD.status AND m.to_status = NEW.status) THEN
    RAISE EXCEPTION 'order % may not move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  -- Unknown is never failed: while one send of the purchase is unknown, the order cannot be called not bought.
  IF NEW.status = 'failed' AND EXISTS (
    SELECT FROM attempts a
    WHERE a.order_id = NEW.id AND a.operation = 'place_order' AND (a.outcome IS NULL OR a.outcome = 'ambiguous')
  ) THEN
    RAISE EXCEPTION 'order % has a send of unknown outcome and may not fail', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER order_move_is_declared BEFORE UPDATE OF status ON orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION order_move_is_declared();

CREATE FUNCTION order_begins_created() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'created' THEN
    RAISE EXCEPTION 'order % must begin as created', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER order_begins_created BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION order_begins_created();

ALTER TABLE orders
  ADD CONSTRAINT orders_mass_is_positive CHECK (requested_grams > 0 AND ordered_grams > 0),
  ADD CONSTRAINT orders_payment_method CHECK (payment_method IN ('account', 'checkout')),
  ADD CONSTRAINT orders_price_is_whole CHECK (
    (price_amount IS NULL) = (price_currency IS NULL) AND (price_amount IS NULL) = (price_source IS NULL) AND price_amount >= 0),
  ADD CONSTRAINT orders_review_is_whole CHECK ((review_reason IS NULL) = (review_since IS NULL));

ALTER TABLE attempts ADD CONSTRAINT attempts_outcome CHECK (
  outcome IN ('accepted', 'rejected', 'not_sent', 'retry_later', 'ambiguous', 'proven_absent'));

-- A definite outcome is evidence: it is written once. Only the unknown may still become known.
CREATE FUNCTION attempt_outcome_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the outcome of attempt % of order % is settled', OLD.number, OLD.order_id USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER attempt_outcome_is_final BEFORE UPDATE OF outcome ON attempts
  FOR EACH ROW WHEN (OLD.outcome IS NOT NULL AND OLD.outcome <> 'ambiguous' AND OLD.outcome IS DISTINCT FROM NEW.outcome)
  EXECUTE FUNCTION attempt_outcome_is_final();

-- History is appended to, never rewritten.
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER order_events_append_only BEFORE UPDATE OR DELETE ON order_events
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();

CREATE TRIGGER orders_are_kept BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION history_is_append_only();

-- No order is lost: at commit, an order that has not ended has a task.
CREATE FUNCTION refuse_order_without_task(subject text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM orders o
    WHERE o.id = subject AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.subject_id = o.id)
  ) THEN
    RAISE EXCEPTION 'order % has not ended and has no task', subject USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION open_order_has_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse_order_without_task(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION open_order_keeps_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refuse_order_without_task(OLD.subject_id);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER open_order_has_task AFTER INSERT OR UPDATE OF status ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION open_order_has_task();

CREATE CONSTRAINT TRIGGER open_order_keeps_task AFTER DELETE ON tasks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION open_order_keeps_task();

-- Takes one call from every bucket of a provider that counts it, or from none. Returns 0 when taken, else how many
-- milliseconds to wait. A lane leaves its reserve (a share of each bucket) to the lanes before it.
CREATE FUNCTION take_quota(
  for_provider text, limits text[], capacities float8[], tokens_per_ms float8[], reserve float8
) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  bucket record;
  available float8;
  needed float8;
  wait_ms float8 := 0;
  t timestamptz := clock_timestamp();
BEGIN
  INSERT INTO quota_buckets (provider, "limit", tokens, filled_at)
    SELECT for_provider, l, c, t FROM unnest(limits, capacities) AS u(l, c) ON CONFLICT DO NOTHING;
  FOR bucket IN
    SELECT b.*, u.capacity, u.rate FROM quota_buckets b
      JOIN unnest(limits, capacities, tokens_per_ms) AS u(l, capacity, rate) ON u.l = b."limit"
    WHERE b.provider = for_provider ORDER BY b."limit" FOR UPDATE OF b
  LOOP
    available := LEAST(bucket.capacity,
      bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM t - bucket.filled_at) * 1000) * bucket.rate * bucket.pace);
    needed := LEAST(bucket.capacity, 1 + reserve * bucket.capacity);
    IF available < needed THEN
      wait_ms := GREATEST(wait_ms, (needed - available) / (bucket.rate * bucket.pace));
    END IF;
    IF bucket.blocked_until > t THEN
      wait_ms := GREATEST(wait_ms, EXTRACT(EPOCH FROM bucket.blocked_until - t) * 1000);
    END IF;
  END LOOP;
  IF wait_ms > 0 THEN
    RETURN wait_ms;
  END IF;
  UPDATE quota_buckets b SET
    tokens = LEAST(u.capacity,
      b.tokens + GREATEST(0, EXTRACT(EPOCH FROM t - b.filled_at) * 1000) * u.rate * b.pace) - 1,
    pace = LEAST(1, b.pace * 1.01),
    filled_at = t
  FROM unnest(limits, capacities, tokens_per_ms) AS u(l, capacity, rate)
  WHERE b.provider = for_provider AND b."limit" = u.l;
  RETURN 0;
END $$;

-- The open orders among all that ever were: what the sweeper looks through.
CREATE INDEX orders_open ON orders (id) WHERE status NOT IN ('completed', 'cancelled', 'failed', 'expired');
