-- Adds to a slot that has room: to one that nobody holds or, where all are held, to whichever it is, once that is free.
-- To wait for one costs a commit; to lock all of them, as before, made the orders of a busy tenant wait for each other.
-- `p_any_limit`: under whatever limit. @returns false if there is no such slot.
--
-- What comes back makes no room by itself: more may be spent than the limit, because prices rose. The next look at all
-- slots shares it out, if anything is left.
--
-- A row that is locked and then turns out to have been changed in the meantime stays locked, though it has no room any
-- more. The exception takes that back, before anything is waited for: whoever held such a row while it waited for another,
-- or for all of them, would wait for others that do the same.
CREATE OR REPLACE FUNCTION add_to_one_slot(
  p_subject text, p_month date, p_usd numeric, p_limit_usd numeric, p_any_limit boolean
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  chosen smallint;
  any_slot CONSTANT smallint := floor(random() * 16);
BEGIN
  FOREACH chosen IN ARRAY ARRAY[NULL, any_slot] LOOP
    BEGIN
      IF chosen IS NULL THEN
        SELECT f.slot INTO chosen FROM spending f
          WHERE f.subject_id = p_subject AND f.month = p_month
            AND (p_any_limit OR f.limit_usd IS NOT DISTINCT FROM p_limit_usd)
            AND (f.limit_usd IS NULL OR f.room_usd >= p_usd)
          LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
      END IF;
      UPDATE spending s SET spent_usd = s.spent_usd + p_usd, room_usd = s.room_usd - GREATEST(p_usd, 0)
        WHERE s.subject_id = p_subject AND s.month = p_month AND s.slot = chosen
          AND (p_any_limit OR s.limit_usd IS NOT DISTINCT FROM p_limit_usd)
          AND (s.limit_usd IS NULL OR s.room_usd >= p_usd);
      IF FOUND THEN
        RETURN true;
      END IF;
      RAISE EXCEPTION 'no room in it' USING ERRCODE = 'no_data_found';
    EXCEPTION WHEN no_data_found THEN
      NULL;
    END;
  END LOOP;
  RETURN false;
END $$;
