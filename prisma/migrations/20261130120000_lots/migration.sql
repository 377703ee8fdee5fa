-- Proofs: which credits were retired for which order, so that none counts for two, and what finance knows of projects.

-- What can be claimed: a range of serial numbers, or something that is told apart by a text alone. Several orders may share
-- one, because credits are tonnes and orders may be kilograms; together they never have more of it than there is.
CREATE TABLE credit_lots (
  id             BIGSERIAL NOT NULL,
  registry       TEXT NOT NULL,
  -- What the numbers of the range are counted in; without a range, the whole text.
  block          TEXT NOT NULL,
  span           INT8RANGE,
  capacity_grams BIGINT NOT NULL,
  -- Kept by the triggers on claims and releases.
  claimed_grams  BIGINT NOT NULL DEFAULT 0,

  CONSTRAINT credit_lots_pkey PRIMARY KEY (id),
  CONSTRAINT credit_lots_capacity CHECK (capacity_grams > 0),
  -- A serial number is a tonne.
  CONSTRAINT credit_lots_span CHECK (span IS NULL OR capacity_grams = (upper(span) - lower(span)) * 1000000),
  CONSTRAINT credit_lots_have_room CHECK (claimed_grams BETWEEN 0 AND capacity_grams),
  -- Text beside a range would take an extension (btree_gist): its hash, as a range of one number, takes none.
  CONSTRAINT credit_lots_do_not_overlap EXCLUDE USING gist (
    numrange(hashtextextended(registry || ' ' || block, 0)::numeric, hashtextextended(registry || ' ' || block, 0)::numeric, '[]')
      WITH =,
    span WITH &&) WHERE (span IS NOT NULL)
);
CREATE UNIQUE INDEX credit_lots_once ON credit_lots (registry, block) WHERE span IS NULL;

-- What was told or entered to prove that credits of an order are retired, and what came of it.
CREATE TABLE proofs (
  id                  TEXT NOT NULL,
  order_id            TEXT NOT NULL,
  -- The event that told it, and which of those that it told; null: a person entered it.
  event_sequence      INT,
  part                SMALLINT,
  registry            TEXT NOT NULL,
  -- The serial numbers, or the number of a certificate or transaction, as it was told.
  serial              TEXT NOT NULL,
  -- As it was read: the lot that is claimed.
  block               TEXT NOT NULL,
  span                INT8RANGE,
  capacity_grams      BIGINT,
  -- What of the order it proves; null: nobody told.
  grams               BIGINT,
  registry_project_id TEXT,
  outcome             TEXT NOT NULL,
  -- Where that is more than is left: what is left of the lot, or of the order.
  room_grams          BIGINT,
  -- In what it is not as the order is: beneficiary, mass, project.
  disagreeing         TEXT[],
  -- Of what a person entered: the document, and who.
  document_sha256     BYTEA,
  operator_id         TEXT,
  key_id              TEXT,
  idempotency_key     TEXT,
  fingerprint         BYTEA,
  -- Since when it proves what it proves.
  effective_at        TIMESTAMPTZ(3) NOT NULL,
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT proofs_pkey PRIMARY KEY (id),
  CONSTRAINT proofs_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT proofs_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT proofs_grams CHECK (grams > 0 AND capacity_grams > 0 AND room_grams >= 0),
  CONSTRAINT proofs_outcome CHECK (outcome IN (
    'claimed', 'serial_overclaimed', 'serial_overlap', 'serial_unverified', 'proof_disagrees')),
  CONSTRAINT proofs_claimed CHECK (outcome <> 'claimed' OR (grams IS NOT NULL AND capacity_grams IS NOT NULL)),
  CONSTRAINT proofs_source CHECK (num_nulls(event_sequence, part) IN (0, 2) AND (event_sequence IS NULL) = (key_id IS NOT NULL))
);
CREATE UNIQUE INDEX proofs_order_id_event_sequence_part_key ON proofs (order_id, event_sequence, part);
CREATE UNIQUE INDEX proofs_key_id_idempotency_key_key ON proofs (key_id, idempotency_key);
-- What a person has to look at.
CREATE INDEX proofs_not_claimed ON proofs (outcome, id) WHERE outcome <> 'claimed';

-- What an order has of a lot.
CREATE TABLE lot_claims (
  proof_id TEXT NOT NULL,
  lot_id   BIGINT NOT NULL,
  order_id TEXT NOT NULL,
  grams    BIGINT NOT NULL,

  CONSTRAINT lot_claims_pkey PRIMARY KEY (proof_id),
  CONSTRAINT lot_claims_proof_id_fkey FOREIGN KEY (proof_id) REFERENCES proofs (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT lot_claims_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES credit_lots (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT lot_claims_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT lot_claims_grams CHECK (grams > 0)
);
CREATE INDEX lot_claims_lot_id_idx ON lot_claims (lot_id);
CREATE INDEX lot_claims_order_id_idx ON lot_claims (order_id);

-- A claim that was given up, by whom and why. It stays, and its lot has the room again.
CREATE TABLE lot_releases (
  proof_id    TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  reason      TEXT NOT NULL,
  at          TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT lot_releases_pkey PRIMARY KEY (proof_id),
  CONSTRAINT lot_releases_proof_id_fkey FOREIGN KEY (proof_id) REFERENCES lot_claims (proof_id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT lot_releases_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);

-- What finance knows of a project, from a day on. What is entered later about the same day counts.
CREATE TABLE project_facts (
  id                  TEXT NOT NULL,
  registry            TEXT NOT NULL,
  registry_project_id TEXT NOT NULL,
  valid_from          DATE NOT NULL,
  name                TEXT,
  country             TEXT,
  standard            TEXT,
  methodology         TEXT,
  activity            TEXT,
  sink                TEXT,
  article6_adjusted   BOOLEAN,
  ccp_label           BOOLEAN,
  -- Where it is from.
  source              TEXT NOT NULL,
  operator_id         TEXT,
  key_id              TEXT NOT NULL,
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT project_facts_pkey PRIMARY KEY (id),
  CONSTRAINT project_facts_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT project_facts_country CHECK (country ~ '^[A-Z]{2}$'),
  CONSTRAINT project_facts_activity CHECK (activity IN ('reduction', 'removal', 'mixed')),
  CONSTRAINT project_facts_sink CHECK (sink IN ('biogenic', 'technological'))
);
CREATE INDEX project_facts_registry_registry_project_id_valid_from_id_idx
  ON project_facts (registry, registry_project_id, valid_from, id);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON proofs FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lot_claims FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lot_releases FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON project_facts FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER append_only BEFORE DELETE ON credit_lots FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON credit_lots FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON proofs FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON lot_claims FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON lot_releases FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON project_facts FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- A lot stays what it is; how much of it is claimed moves with a claim or a release, and by nothing else.
CREATE FUNCTION lot_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() > 1 AND to_jsonb(NEW) - 'claimed_grams' = to_jsonb(OLD) - 'claimed_grams' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'credit_lots is append-only' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER lot_is_kept BEFORE UPDATE ON credit_lots FOR EACH ROW EXECUTE FUNCTION lot_is_kept();
CREATE FUNCTION lot_is_unclaimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.claimed_grams <> 0 THEN
    RAISE EXCEPTION 'a lot begins unclaimed' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_is_unclaimed BEFORE INSERT ON credit_lots FOR EACH ROW EXECUTE FUNCTION lot_is_unclaimed();

-- The row of the lot is changed, not only locked: so two who claim at once are refused at any isolation level.
CREATE FUNCTION lot_is_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE credit_lots l SET claimed_grams = l.claimed_grams + NEW.grams WHERE l.id = NEW.lot_id;
  IF NOT EXISTS (SELECT FROM proofs p WHERE p.id = NEW.proof_id AND p.outcome = 'claimed'
                 AND (p.order_id, p.grams) = (NEW.order_id, NEW.grams)) THEN
    RAISE EXCEPTION 'a claim is that of its proof' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.grams + open_claims(NEW.order_id) > (SELECT o.ordered_grams FROM orders o WHERE o.id = NEW.order_id) THEN
    RAISE EXCEPTION 'order % would have more proven than was ordered', NEW.order_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
-- What an order has claimed and not given up.
CREATE FUNCTION open_claims(p_order_id text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(c.grams), 0)::bigint FROM lot_claims c
  WHERE c.order_id = p_order_id AND NOT EXISTS (SELECT FROM lot_releases r WHERE r.proof_id = c.proof_id)
$$;
CREATE TRIGGER lot_is_claimed BEFORE INSERT ON lot_claims FOR EACH ROW EXECUTE FUNCTION lot_is_claimed();
-- The owner's, because who gives up a claim may not change a lot.
CREATE FUNCTION lot_is_released() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE credit_lots l SET claimed_grams = l.claimed_grams - c.grams
  FROM lot_claims c WHERE c.proof_id = NEW.proof_id AND l.id = c.lot_id;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_is_released AFTER INSERT ON lot_releases FOR EACH ROW EXECUTE FUNCTION lot_is_released();

-- Keeps a proof, and claims of its lot what it proves, if there is as much; else it says why not, and claims nothing. An
-- outcome other than `claimed` that it comes with stands. What is already kept under its idempotency key is returned instead.
-- p_or_nothing: what cannot be claimed is not kept either.
CREATE FUNCTION keep_proof(p_proof jsonb, p_or_nothing boolean) RETURNS proofs
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  p proofs := jsonb_populate_record(NULL::proofs, p_proof);
  earlier proofs;
  lot credit_lots;
  left_of_order bigint;
BEGIN
  -- One after the other: what is judged is not about to be claimed by another.
  PERFORM pg_advisory_xact_lock(hashtextextended('lot_claims', 0));
  SELECT * INTO earlier FROM proofs f WHERE (f.key_id, f.idempotency_key) = (p.key_id, p.idempotency_key);
  IF FOUND THEN
    RETURN earlier;
  END IF;
  p.created_at := date_trunc('milliseconds', clock_timestamp());
  IF p.outcome = 'claimed' THEN
    left_of_order := (SELECT o.ordered_grams FROM orders o WHERE o.id = p.order_id) - open_claims(p.order_id);
    SELECT * INTO lot FROM credit_lots l
    WHERE l.registry = p.registry AND l.block = p.block AND l.span IS NOT DISTINCT FROM p.span;
    IF NOT FOUND AND EXISTS (SELECT FROM credit_lots l
                             WHERE l.registry = p.registry AND l.block = p.block AND l.span && p.span) THEN
      p.outcome := 'serial_overlap';
    ELSIF p.grams > left_of_order THEN
      p.outcome := 'proof_disagrees';
      p.disagreeing := ARRAY['mass'];
      p.room_grams := left_of_order;
    ELSIF p.grams > COALESCE(lot.capacity_grams - lot.claimed_grams, p.capacity_grams) THEN
      p.outcome := 'serial_overclaimed';
      p.room_grams := COALESCE(lot.capacity_grams - lot.claimed_grams, p.capacity_grams);
    END IF;
  END IF;
  IF p.outcome <> 'claimed' AND p_or_nothing THEN
    RETURN p;
  END IF;
  INSERT INTO proofs SELECT p.*;
  IF p.outcome = 'claimed' THEN
    IF lot.id IS NULL THEN
      INSERT INTO credit_lots (registry, block, span, capacity_grams)
      VALUES (p.registry, p.block, p.span, p.capacity_grams) RETURNING * INTO lot;
    END IF;
    INSERT INTO lot_claims (proof_id, lot_id, order_id, grams) VALUES (p.id, lot.id, p.order_id, p.grams);
  END IF;
  RETURN p;
END $$;
REVOKE EXECUTE ON FUNCTION keep_proof(jsonb, boolean) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION open_claims(text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lot_is_released() FROM PUBLIC;

-- Proofs are read from the first event that is on record.
INSERT INTO feed_readers (name) VALUES ('proofs');

-- Beside all that there were.
DO $$
DECLARE
  known CONSTANT text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'audit_log_act');
BEGIN
  ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
  EXECUTE 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_act ' || replace(known, ']))',
    ', ''proof.enter''::text, ''proof.release''::text, ''project_facts.enter''::text]))');
END $$;
