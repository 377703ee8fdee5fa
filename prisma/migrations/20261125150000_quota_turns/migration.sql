-- Tenants take turns where a provider's quota is short. ------------------------------------------------------------------

-- Rounded to the millisecond, the same moment could flow in twice.
ALTER TABLE quota_buckets ALTER COLUMN filled_at TYPE timestamptz(6);

-- Who waits for a call, and who had one last. A lane is the reserve that its calls leave. Written only while a quota is
-- short, and only under the locks of the provider's buckets.
CREATE TABLE quota_turns (
  provider text NOT NULL,
  lane double precision NOT NULL,
  tenant_id text NOT NULL,
  granted_at timestamptz(6),
  waits_until timestamptz(6),
  CONSTRAINT quota_turns_pkey PRIMARY KEY (provider, lane, tenant_id)
);

-- Takes up to `most` calls from every bucket of a provider that counts them: as many as all of them have. None granted:
-- `wait_ms` says when there will be one. A lane leaves its reserve (a share of each bucket) to the lanes before it.
--
-- Within a lane tenants take turns: the one whose last call is longest ago goes first, and the others leave it a call. A
-- tenant that got none counts as waiting until shortly after `wait_ms`, unless that is longer than the `patience_ms` for
-- which its caller waits. Nobody waits for a tenant that does not come back, and one that is alone has the whole quota.
-- `for_tenant` is null for calls that serve all tenants.
CREATE FUNCTION take_quota(
  for_provider text, limits text[], capacities float8[], tokens_per_ms float8[], reserve float8, most int,
  for_tenant text, patience_ms float8
) RETURNS quota_slots LANGUAGE plpgsql AS $$
DECLARE
  -- How late a tenant may come back for its turn.
  grace CONSTANT interval := interval '500 milliseconds';
  granted int := most;
  wait_ms float8 := 0;
  bucket record;
  available float8;
  needed float8;
  is_waiting boolean;
  ahead int;
  behind int;
  t timestamptz;
BEGIN
  -- Rows are inserted and locked in one order, here and in every other statement that writes several of them.
  INSERT INTO quota_buckets (provider, "limit", tokens, filled_at)
    SELECT for_provider, l, c, clock_timestamp() FROM unnest(limits, capacities) AS u(l, c) ORDER BY l ON CONFLICT DO NOTHING;
  PERFORM FROM quota_buckets b WHERE b.provider = for_provider ORDER BY b."limit" FOR UPDATE;
  -- Read after the rows are locked: a clock that is older than its lock hands out more than the limit.
  t := clock_timestamp();
  SELECT COALESCE(bool_or(q.tenant_id = for_tenant), false),
         count(*) FILTER (WHERE q.tenant_id <> for_tenant AND q.comes_first),
         count(*) FILTER (WHERE q.tenant_id <> for_tenant AND NOT q.comes_first)
    INTO is_waiting, ahead, behind
    FROM (
      SELECT w.tenant_id, COALESCE(w.granted_at, '-infinity') < COALESCE(own.granted_at, '-infinity') AS comes_first
      FROM quota_turns w LEFT JOIN quota_turns own
        ON own.provider = w.provider AND own.lane = w.lane AND own.tenant_id = for_tenant
      WHERE w.provider = for_provider AND w.lane = reserve AND w.waits_until > t) q;
  FOR bucket IN
    SELECT b.*, u.capacity, u.rate FROM quota_buckets b
      JOIN unnest(limits, capacities, tokens_per_ms) AS u(l, capacity, rate) ON u.l = b."limit"
    WHERE b.provider = for_provider
  LOOP
    available := LEAST(bucket.capacity,
      bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM t - bucket.filled_at) * 1000) * bucket.rate * bucket.pace);
    needed := LEAST(bucket.capacity, 1 + reserve * bucket.capacity + ahead);
    IF available < needed THEN
      granted := 0;
      wait_ms := GREATEST(wait_ms, (needed - available) / (bucket.rate * bucket.pace));
    ELSE
      granted := LEAST(granted, 1 + GREATEST(0, floor(available - needed)::int - behind));
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
  IF for_tenant IS NOT NULL AND (
    (granted > 0 AND (is_waiting OR ahead + behind > 0)) OR (granted = 0 AND wait_ms <= patience_ms)
  ) THEN
    INSERT INTO quota_turns (provider, lane, tenant_id, granted_at, waits_until) VALUES (
      for_provider, reserve, for_tenant,
      CASE WHEN granted > 0 THEN t END,
      CASE WHEN granted = 0 THEN t + wait_ms * interval '1 millisecond' + grace END)
    ON CONFLICT (provider, lane, tenant_id) DO UPDATE SET
      granted_at = COALESCE(EXCLUDED.granted_at, quota_turns.granted_at), waits_until = EXCLUDED.waits_until;
  END IF;
  RETURN ROW(granted, wait_ms);
END $$;

-- For processes of the release before.
CREATE OR REPLACE FUNCTION take_quota(
  for_provider text, limits text[], capacities float8[], tokens_per_ms float8[], reserve float8, most int
) RETURNS quota_slots LANGUAGE sql AS $$
  SELECT take_quota(for_provider, limits, capacities, tokens_per_ms, reserve, most, NULL, 0)
$$;
