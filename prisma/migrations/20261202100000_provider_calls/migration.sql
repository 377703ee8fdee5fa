-- What processes asked of providers, by the hour. Each counts for itself and adds what it has counted once a minute, so a
-- process that is killed loses its last one: for charts, and no record of any order.
CREATE TABLE provider_calls (
  hour      TIMESTAMPTZ(3) NOT NULL,
  provider  TEXT NOT NULL,
  operation TEXT NOT NULL,
  -- ok, or why it failed.
  outcome   TEXT NOT NULL,
  -- How many calls lasted how long: one number for each class of `domain/providers/durations.ts`.
  durations INTEGER[],
  last_at   TIMESTAMPTZ(3) NOT NULL,

  CONSTRAINT provider_calls_pkey PRIMARY KEY (hour, provider, operation, outcome),
  CONSTRAINT provider_calls_durations CHECK (durations IS NOT NULL)
);

-- Hours that are older than `p_days`, at most `p_limit` rows.
CREATE FUNCTION prune_calls(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT hour, provider, operation, outcome FROM provider_calls
    WHERE hour < now() - GREATEST(p_days, 7) * interval '1 day'
    ORDER BY hour LIMIT p_limit FOR UPDATE SKIP LOCKED)
  DELETE FROM provider_calls c USING due d
  WHERE (c.hour, c.provider, c.operation, c.outcome) = (d.hour, d.provider, d.operation, d.outcome);
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;
REVOKE EXECUTE ON FUNCTION prune_calls(int, int) FROM PUBLIC;
