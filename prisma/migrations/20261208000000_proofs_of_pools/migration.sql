-- What proves the purchase of a pool proves what its members have of it: each has a proof of its own, and a claim.

-- Of such a proof, the one that was entered for the purchase.
ALTER TABLE proofs ADD COLUMN of_proof_id TEXT;
ALTER TABLE proofs ADD CONSTRAINT proofs_of_proof_id_fkey FOREIGN KEY (of_proof_id) REFERENCES proofs (id)
  ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX proofs_of_proof_id_idx ON proofs (of_proof_id);

ALTER TABLE proofs DROP CONSTRAINT proofs_outcome;
ALTER TABLE proofs ADD CONSTRAINT proofs_outcome CHECK (outcome IN (
  'claimed', 'for_members', 'serial_overclaimed', 'serial_overlap', 'serial_unverified', 'proof_disagrees'));
DROP INDEX proofs_not_claimed;
CREATE INDEX proofs_not_claimed ON proofs (outcome, id) WHERE outcome NOT IN ('claimed', 'for_members');

-- Thousands at a time: of a statement, each lot is changed once. A row that is changed again and again by one transaction is
-- found more slowly each time.
CREATE OR REPLACE FUNCTION lot_is_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM proofs p WHERE p.id = NEW.proof_id AND p.outcome = 'claimed'
                 AND (p.order_id, p.grams) = (NEW.order_id, NEW.grams)) THEN
    RAISE EXCEPTION 'a claim is that of its proof' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.grams + open_claims(NEW.order_id) > (SELECT o.ordered_grams FROM orders o WHERE o.id = NEW.order_id) THEN
    RAISE EXCEPTION 'order % would have more proven than was ordered', NEW.order_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION lots_are_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE credit_lots l SET claimed_grams = l.claimed_grams + c.grams
  FROM (SELECT a.lot_id, sum(a.grams) AS grams FROM added a GROUP BY a.lot_id) c WHERE l.id = c.lot_id;
  RETURN NULL;
END $$;
CREATE TRIGGER lots_are_claimed AFTER INSERT ON lot_claims REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION lots_are_claimed();

DROP TRIGGER lot_is_released ON lot_releases;
DROP FUNCTION lot_is_released();
-- The owner's, because who gives up a claim may not change a lot.
CREATE FUNCTION lots_are_released() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE credit_lots l SET claimed_grams = l.claimed_grams - r.grams
  FROM (SELECT c.lot_id, sum(c.grams) AS grams FROM added a JOIN lot_claims c ON c.proof_id = a.proof_id GROUP BY c.lot_id) r
  WHERE l.id = r.lot_id;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION lots_are_released() FROM PUBLIC;
CREATE TRIGGER lots_are_released AFTER INSERT ON lot_releases REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION lots_are_released();

-- Keeps what was entered for the purchase of a pool, and for each of its members what that proves; or says why not, and keeps
-- nothing: their proofs are of one lot, and all of them are claimed or none. What is kept under the key is returned instead.
CREATE FUNCTION keep_pool_proof(p_proof jsonb, p_members jsonb) RETURNS proofs
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  p proofs := jsonb_populate_record(NULL::proofs, p_proof);
  kept proofs;
  lot credit_lots;
  wanted CONSTANT bigint := (SELECT COALESCE(sum(m.grams), 0) FROM jsonb_to_recordset(p_members) AS m(grams bigint));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('lot_claims', 0));
  SELECT * INTO kept FROM proofs f WHERE (f.key_id, f.idempotency_key) = (p.key_id, p.idempotency_key);
  IF FOUND THEN
    RETURN kept;
  END IF;
  SELECT * INTO lot FROM credit_lots l WHERE l.registry = p.registry AND l.block = p.block AND l.span IS NOT DISTINCT FROM p.span;
  IF NOT FOUND AND EXISTS (SELECT FROM credit_lots l
                           WHERE l.registry = p.registry AND l.block = p.block AND l.span && p.span) THEN
    p.outcome := 'serial_overlap';
    RETURN p;
  END IF;
  p.room_grams := COALESCE(lot.capacity_grams - lot.claimed_grams, p.capacity_grams);
  IF wanted > p.room_grams THEN
    p.outcome := 'serial_overclaimed';
    RETURN p;
  END IF;
  p.room_grams := NULL;
  p.created_at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO proofs SELECT p.*;
  IF wanted > 0 AND lot.id IS NULL THEN
    INSERT INTO credit_lots (registry, block, span, capacity_grams)
    VALUES (p.registry, p.block, p.span, p.capacity_grams) RETURNING * INTO lot;
  END IF;
  INSERT INTO proofs (
    id, of_proof_id, order_id, registry, serial, block, span, capacity_grams, grams, registry_project_id, outcome, disagreeing,
    document_sha256, operator_id, key_id, effective_at, created_at)
  SELECT m.id, p.id, m.order_id, p.registry, p.serial, p.block, p.span, p.capacity_grams, m.grams, p.registry_project_id, 'claimed',
         p.disagreeing, p.document_sha256, p.operator_id, p.key_id, p.effective_at, p.created_at
  FROM jsonb_to_recordset(p_members) AS m(id text, order_id text, grams bigint);
  INSERT INTO lot_claims (proof_id, lot_id, order_id, grams)
  SELECT m.id, lot.id, m.order_id, m.grams FROM jsonb_to_recordset(p_members) AS m(id text, order_id text, grams bigint);
  RETURN p;
END $$;
REVOKE EXECUTE ON FUNCTION keep_pool_proof(jsonb, jsonb) FROM PUBLIC;
