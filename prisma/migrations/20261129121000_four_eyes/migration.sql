-- Four eyes, whatever way in is taken: two people who both may, at the moment that it is carried out.

-- Whether an operator may do what a scope opens, now. The table of roles is src/application/access/scopes.ts; a test holds
-- the two together. Whoever is changed or disabled meanwhile waits until the act is committed, or the act for them.
CREATE FUNCTION may_act(p_operator text, p_scope text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  r text;
BEGIN
  SELECT p.role INTO r FROM operators p WHERE p.id = p_operator AND p.disabled_at IS NULL FOR SHARE;
  RETURN COALESCE(r = ANY (CASE p_scope
    WHEN 'ops' THEN ARRAY['viewer', 'operator', 'approver', 'admin']
    WHEN 'ops:act' THEN ARRAY['operator', 'approver', 'admin']
    WHEN 'ops:approve' THEN ARRAY['approver', 'admin']
    WHEN 'ops:admin' THEN ARRAY['admin'] END), false);
END $$;
REVOKE EXECUTE ON FUNCTION may_act(text, text) FROM PUBLIC;

-- Proposals of machines that wait for a second person, of whom there was no first.
UPDATE resolutions SET state = 'expired', decided_at = now() WHERE state = 'proposed' AND proposed_by IS NULL;

-- A machine is no person: one who has its key and approves what it proposed would have decided alone. So it proposes what
-- one person may decide, and what takes two was proposed by a person and waited for another. A decision that is carried
-- out at once is of one person.
CREATE FUNCTION resolution_takes_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'applied' OR TG_OP = 'UPDATE' AND OLD.state <> 'proposed' THEN
    RETURN NEW;
  END IF;
  IF NEW.decided_by IS NULL
    OR NEW.steps = 2 AND (NEW.proposed_by IS NULL OR TG_OP = 'INSERT')
    OR TG_OP = 'UPDATE' AND NOT may_act(NEW.decided_by, 'ops:approve')
    OR TG_OP = 'UPDATE' AND NEW.proposed_by IS NOT NULL AND NOT may_act(NEW.proposed_by, 'ops:act') THEN
    RAISE EXCEPTION 'resolution % takes people who may decide on it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'resolutions_take_people';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER resolution_takes_people BEFORE INSERT OR UPDATE ON resolutions
  FOR EACH ROW EXECUTE FUNCTION resolution_takes_people();

-- What has ended stays ended: an operator, a key, a session. Another one is made instead, and its making is recorded.
CREATE FUNCTION end_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL AND to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[0] THEN
    RAISE EXCEPTION '% of % stays as it is', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER end_is_final BEFORE UPDATE OF disabled_at ON operators
  FOR EACH ROW EXECUTE FUNCTION end_is_final('disabled_at');
CREATE TRIGGER end_is_final BEFORE UPDATE OF revoked_at ON api_keys
  FOR EACH ROW EXECUTE FUNCTION end_is_final('revoked_at');
CREATE TRIGGER end_is_final BEFORE UPDATE OF ended_at ON operator_sessions
  FOR EACH ROW EXECUTE FUNCTION end_is_final('ended_at');
