-- People of the gateway's own staff, their keys and the sessions of their browsers. What a role opens is a table in
-- src/application/access/scopes.ts. Processes of the version before go on with this: to them, the key of an operator is
-- one that opens nothing.

CREATE TABLE operators (
  id          TEXT NOT NULL,
  name        TEXT NOT NULL,
  -- In lower case. One person is one operator, for good: two rows of one person could approve each other's acts.
  email       TEXT NOT NULL,
  role        TEXT NOT NULL,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  disabled_at TIMESTAMPTZ(3),

  CONSTRAINT operators_pkey PRIMARY KEY (id),
  CONSTRAINT operators_role CHECK (role IN ('viewer', 'operator', 'approver', 'admin')),
  CONSTRAINT operators_email_is_lower_case CHECK (email = lower(email))
);
CREATE UNIQUE INDEX operators_email_key ON operators (email);
CREATE TRIGGER not_deleted BEFORE DELETE ON operators FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON operators FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- Null: of a machine. What an operator's key opens is their role, so it has no scopes of its own.
ALTER TABLE api_keys
  ADD COLUMN operator_id TEXT REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT api_keys_of_operator_have_no_scopes CHECK (operator_id IS NULL OR scopes = '{}');
CREATE INDEX api_keys_operator_id_idx ON api_keys (operator_id);

CREATE TABLE operator_sessions (
  id           TEXT NOT NULL,
  -- SHA-256 of the token in the cookie.
  token_hash   BYTEA NOT NULL,
  operator_id  TEXT NOT NULL,
  -- What it was opened with, and ends with.
  key_id       TEXT NOT NULL,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- To the minute.
  last_seen_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at   TIMESTAMPTZ(3) NOT NULL,
  ended_at     TIMESTAMPTZ(3),

  CONSTRAINT operator_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT operator_sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT operator_sessions_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX operator_sessions_token_hash_key ON operator_sessions (token_hash);
CREATE INDEX operator_sessions_operator_id_idx ON operator_sessions (operator_id);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON operator_sessions FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'session.open', 'session.end'));
