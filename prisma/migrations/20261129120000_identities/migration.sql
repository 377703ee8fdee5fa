-- Operators who sign in by the identity provider of their company.

-- An account there is one operator's, for good: one that moved from one to the other could approve its own proposals.
CREATE TABLE operator_identities (
  issuer      TEXT NOT NULL,
  subject     TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  -- Sessions are of a key and end with it. The text of this one was never shown, so nobody can send it.
  key_id      TEXT NOT NULL,
  linked_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT operator_identities_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT operator_identities_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT operator_identities_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX operator_identities_operator_id_issuer_key ON operator_identities (operator_id, issuer);
CREATE FUNCTION identity_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.issuer, NEW.subject, NEW.operator_id, NEW.linked_at)
                         IS DISTINCT FROM (OLD.issuer, OLD.subject, OLD.operator_id, OLD.linked_at) THEN
    RAISE EXCEPTION 'an account at an identity provider stays with its operator' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER identity_is_kept BEFORE UPDATE OR DELETE ON operator_identities
  FOR EACH ROW EXECUTE FUNCTION identity_is_kept();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON operator_identities FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'operator.link',
  'session.open', 'session.end',
  'order.note', 'order.claim', 'order.release', 'order.refresh', 'resolution.propose',
  'resolution.apply', 'resolution.approve', 'resolution.reject', 'resolution.withdraw',
  'switch.turn_on', 'switch.propose_off', 'switch.turn_off', 'budget.propose', 'budget.set'));
