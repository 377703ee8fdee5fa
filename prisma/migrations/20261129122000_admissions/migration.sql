-- Who is let in over REST: keys of machines, and operators. Each request is a row, so that a repeat makes no second key;
-- what reaches beyond one tenant waits there for a second person. Of a secret there is its hash, as everywhere.

CREATE TABLE admissions (
  id              TEXT NOT NULL,
  kind            TEXT NOT NULL,
  state           TEXT NOT NULL,
  -- How many people it takes.
  steps           SMALLINT NOT NULL,
  key_id          TEXT NOT NULL,
  -- Null: of an operator who signs in by the identity provider and has no key.
  secret_hash     BYTEA,
  -- What the key is for, or the name of the operator.
  name            TEXT NOT NULL,
  tenant_id       TEXT,
  scopes          TEXT[],
  key_expires_at  TIMESTAMPTZ(3),
  -- Theirs once they are let in.
  operator_id     TEXT,
  email           TEXT,
  role            TEXT,
  -- Null: of a machine.
  proposed_by     TEXT,
  proposed_key_id TEXT NOT NULL,
  -- As it was sent with the request, and SHA-256 of that.
  idempotency_key TEXT NOT NULL,
  fingerprint     BYTEA NOT NULL,
  proposed_at     TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Until then a second person can decide on it.
  expires_at      TIMESTAMPTZ(3),
  decided_by      TEXT,
  decided_at      TIMESTAMPTZ(3),

  CONSTRAINT admissions_pkey PRIMARY KEY (id),
  CONSTRAINT admissions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT admissions_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT admissions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT admissions_scopes CHECK (scopes IS NOT NULL),
  CONSTRAINT admissions_state CHECK (state IN ('proposed', 'admitted', 'rejected')),
  CONSTRAINT admissions_kind CHECK (CASE kind
    WHEN 'key' THEN num_nonnulls(tenant_id, secret_hash) = 2 AND num_nonnulls(operator_id, email, role) = 0
    WHEN 'operator' THEN num_nonnulls(operator_id, email, role) = 3 AND tenant_id IS NULL AND scopes = '{}'
    ELSE false END),
  -- What opens more than one tenant's own.
  CONSTRAINT admissions_steps CHECK (steps = 2 OR steps = 1 AND kind = 'key' AND NOT scopes && '{ops,ops:act,ops:approve,ops:admin}'),
  -- Four eyes, whatever the application does. The second person of a rejection may be the first, who takes it back.
  CONSTRAINT admissions_second_person CHECK (
    state <> 'admitted' OR steps = 1 OR num_nonnulls(proposed_by, decided_by) = 2 AND decided_by <> proposed_by)
);
CREATE UNIQUE INDEX admissions_proposed_key_id_idempotency_key_key ON admissions (proposed_key_id, idempotency_key);
CREATE INDEX admissions_state_id_idx ON admissions (state, id);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON admissions FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What was asked for stays as it was and is decided once, by people who may at that moment.
CREATE FUNCTION admission_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' AND NEW.steps = 2 THEN
      RAISE EXCEPTION 'admission % waits for a second person', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.state <> 'proposed'
    OR to_jsonb(NEW) - '{state,decided_by,decided_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state,decided_by,decided_at}'::text[] THEN
    RAISE EXCEPTION 'admission % is kept as it was decided', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'admitted' AND NOT (may_act(NEW.decided_by, 'ops:admin') AND may_act(NEW.proposed_by, 'ops:admin')) THEN
    RAISE EXCEPTION 'admission % takes people who may decide on it', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER admission_is_kept BEFORE INSERT OR UPDATE OR DELETE ON admissions
  FOR EACH ROW EXECUTE FUNCTION admission_is_kept();

-- As it was sent with the request that made the tenant, over REST.
ALTER TABLE tenants
  ADD COLUMN made_by_key_id TEXT,
  ADD COLUMN idempotency_key TEXT,
  ADD COLUMN fingerprint BYTEA;
CREATE UNIQUE INDEX tenants_made_by_key_id_idempotency_key_key ON tenants (made_by_key_id, idempotency_key);
CREATE INDEX operator_sessions_expires_at_idx ON operator_sessions (expires_at);
CREATE INDEX api_keys_created_at_id_idx ON api_keys (created_at, id);

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'operator.link',
  'session.open', 'session.end', 'admission.propose', 'admission.approve', 'admission.reject',
  'order.note', 'order.claim', 'order.release', 'order.refresh', 'resolution.propose',
  'resolution.apply', 'resolution.approve', 'resolution.reject', 'resolution.withdraw',
  'switch.turn_on', 'switch.propose_off', 'switch.turn_off', 'budget.propose', 'budget.set'));
