-- What a receiver answered may repeat what it was sent. It is kept as long as other records of its order, and goes when
-- the order's data is erased. That it answered, when and with which status stays.

CREATE INDEX webhook_attempts_with_answer ON webhook_attempts (started_at) WHERE answer IS NOT NULL;

CREATE FUNCTION tries_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.answer IS NULL AND to_jsonb(NEW) - 'answer' = to_jsonb(OLD) - 'answer' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER webhook_attempts_append_only ON webhook_attempts;
CREATE TRIGGER webhook_attempts_append_only BEFORE UPDATE OR DELETE ON webhook_attempts
  FOR EACH ROW EXECUTE FUNCTION tries_are_kept();

-- Part of each erasure, in its transaction.
CREATE FUNCTION forget_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE webhook_attempts a SET answer = NULL FROM webhook_deliveries d
    WHERE d.order_id = NEW.id AND a.delivery_id = d.id AND a.answer IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER answers_are_forgotten AFTER UPDATE OF personal_data_erased_at ON orders FOR EACH ROW
  WHEN (OLD.personal_data_erased_at IS NULL AND NEW.personal_data_erased_at IS NOT NULL) EXECUTE FUNCTION forget_answers();

CREATE FUNCTION prune_answers(p_days int, p_limit int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done int;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT a.delivery_id, a.number
    FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id LEFT JOIN orders o ON o.id = d.order_id
    WHERE a.answer IS NOT NULL AND a.started_at < now() - GREATEST(p_days, 30) * interval '1 day'
      AND (d.order_id IS NULL OR has_rested(o, p_days))
    ORDER BY a.started_at LIMIT p_limit FOR NO KEY UPDATE OF a SKIP LOCKED)
  UPDATE webhook_attempts a SET answer = NULL FROM due WHERE a.delivery_id = due.delivery_id AND a.number = due.number;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END $$;
REVOKE EXECUTE ON FUNCTION prune_answers(int, int) FROM PUBLIC;
