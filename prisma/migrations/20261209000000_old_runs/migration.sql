-- What runs have read and found goes once nothing rests on it any more (docs/adr/0041-what-old-runs-leave.md).

-- Since when nothing rests on it: what it found, and the list that it read, may be gone.
ALTER TABLE reconciliations ADD COLUMN pruned_at TIMESTAMPTZ(3);
-- How many purchases were on it, once they are pruned.
ALTER TABLE provider_snapshots ADD COLUMN pruned_rows INTEGER;

CREATE INDEX reconciliations_to_prune ON reconciliations (ended_at) WHERE pruned_at IS NULL;
CREATE INDEX reconciliations_with_list ON reconciliations (snapshot_id) WHERE pruned_at IS NULL;
CREATE INDEX breaks_resting_on ON breaks (last_run) WHERE status <> 'cleared';

-- Of each list the run that a month is closed by, or, if there is none, the latest.
CREATE FUNCTION runs_of_month(p_period text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (c.provider, c.account) c.id
  FROM reconciliations c JOIN periods p ON p.id = c.period_id
  WHERE c.period_id = p_period AND c.status = 'completed' AND NOT c.dry_run
  ORDER BY c.provider, c.account, c.cut_off_at >= p.ends_at DESC, (c.legs -> 'provider' ->> 'unread')::int = 0 DESC,
           c.started_at DESC
$$;

-- It is at work, its month is open, a closed one is exported with it, or a break rests on it that is open or was decided.
CREATE FUNCTION run_is_needed(p_id text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM reconciliations c JOIN periods p ON p.id = c.period_id
    WHERE c.id = p_id AND (
      c.ended_at IS NULL OR p.status = 'open'
      OR EXISTS (SELECT FROM breaks b WHERE b.last_run = c.id AND b.status <> 'cleared')
      OR EXISTS (SELECT FROM runs_of_month(c.period_id) AS m(id) JOIN reconciliations r ON r.id = m.id
                 WHERE c.id IN (r.id, r.same_as))))
$$;

CREATE FUNCTION run_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.pruned_at IS NOT NULL OR run_is_needed(OLD.id) THEN
    RAISE EXCEPTION 'something rests on run %', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER run_is_kept BEFORE UPDATE OF pruned_at ON reconciliations FOR EACH ROW EXECUTE FUNCTION run_is_kept();

CREATE FUNCTION findings_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM reconciliations c WHERE c.id IN (SELECT DISTINCT g.run_id FROM gone g) AND c.pruned_at IS NULL) THEN
    RAISE EXCEPTION 'findings are kept as long as their run is' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER findings_are_kept AFTER DELETE ON findings REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION findings_are_kept();

CREATE FUNCTION lists_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM reconciliations c
    WHERE c.snapshot_id IN (SELECT DISTINCT g.snapshot_id FROM gone g) AND c.pruned_at IS NULL) THEN
    RAISE EXCEPTION 'a list is kept as long as a run that has read it is' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lists_are_kept AFTER DELETE ON provider_records REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION lists_are_kept();

-- Marks runs, and deletes what those that are marked have found; the runs themselves stay. At most so many rows.
CREATE FUNCTION prune_runs(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
  gone int;
BEGIN
  UPDATE reconciliations c SET pruned_at = now() WHERE c.id IN (
    SELECT d.id FROM reconciliations d
    WHERE d.pruned_at IS NULL AND d.ended_at < now() - GREATEST(p_days, 30) * interval '1 day' AND NOT run_is_needed(d.id)
    ORDER BY d.ended_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS done = ROW_COUNT;
  DELETE FROM findings f USING (
    SELECT x.run_id, x.try, x.break_key FROM reconciliations c JOIN findings x ON x.run_id = c.id
    WHERE c.pruned_at IS NOT NULL LIMIT p_limit - done FOR UPDATE OF x SKIP LOCKED) due
  WHERE (f.run_id, f.try, f.break_key) = (due.run_id, due.try, due.break_key);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN done + gone;
END $$;

-- Purchases on lists that only runs have read which are marked; of a list it stays how many there were.
CREATE FUNCTION prune_lists(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  due text;
  gone int;
  done int := 0;
BEGIN
  FOR due IN
    SELECT n.id FROM provider_snapshots n
    WHERE n.started_at < now() - GREATEST(p_days, 30) * interval '1 day'
      AND NOT EXISTS (SELECT FROM reconciliations c WHERE c.snapshot_id = n.id AND c.pruned_at IS NULL)
      AND EXISTS (SELECT FROM provider_records r WHERE r.snapshot_id = n.id)
    ORDER BY n.started_at LIMIT p_limit FOR UPDATE SKIP LOCKED
  LOOP
    UPDATE provider_snapshots n SET pruned_rows = (
      SELECT count(*) FROM provider_records r WHERE r.snapshot_id = n.id AND r.round = n.restarts)
    WHERE n.id = due AND n.pruned_rows IS NULL;
    DELETE FROM provider_records r WHERE r.snapshot_id = due AND (r.round, r.provider_order_id) IN (
      SELECT x.round, x.provider_order_id FROM provider_records x WHERE x.snapshot_id = due LIMIT p_limit - done);
    GET DIAGNOSTICS gone = ROW_COUNT;
    done := done + gone;
    EXIT WHEN done >= p_limit;
  END LOOP;
  RETURN done;
END $$;

REVOKE EXECUTE ON FUNCTION prune_runs(int, int), prune_lists(int, int) FROM PUBLIC;
