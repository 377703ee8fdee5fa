-- Switches: a person's stop of new sends, with a scope, a reason and an end. Nothing but a person or its end turns one off.

CREATE TABLE switches (
  id              TEXT NOT NULL,
  -- Null: every provider; every tenant. Null both: it is global.
  provider        TEXT,
  tenant_id       TEXT,
  operation       TEXT NOT NULL,
  reason          TEXT NOT NULL,
  -- Who turned it on; null for a machine and at the command line.
  owner_id        TEXT,
  on_at           TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  until           TIMESTAMPTZ(3) NOT NULL,
  -- Of a global one: who would turn it off. Another person does.
  off_proposed_by TEXT,
  off_proposed_at TIMESTAMPTZ(3),
  off_proposal    TEXT,
  -- Null: it is on until its end, or came to it.
  off_at          TIMESTAMPTZ(3),
  off_by          TEXT,
  off_reason      TEXT,

  CONSTRAINT switches_pkey PRIMARY KEY (id),
  CONSTRAINT switches_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT switches_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT switches_off_proposed_by_fkey FOREIGN KEY (off_proposed_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT switches_off_by_fkey FOREIGN KEY (off_by) REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT switches_operation CHECK (operation IN ('purchases', 'checkouts', 'cancellations', 'webhooks', 'all')),
  -- Webhooks are a tenant's, whatever provider an order is at.
  CONSTRAINT switches_webhooks_have_no_provider CHECK (operation <> 'webhooks' OR provider IS NULL),
  CONSTRAINT switches_off_by_a_person CHECK ((off_at IS NULL) = (off_by IS NULL)),
  -- Four eyes, whatever the application does: a global one is turned off by another person than proposed it.
  CONSTRAINT switches_second_person CHECK (
    provider IS NOT NULL OR tenant_id IS NOT NULL OR off_at IS NULL
    OR off_proposed_by IS NOT NULL AND off_by IS DISTINCT FROM off_proposed_by)
);
CREATE INDEX switches_not_off ON switches (until) WHERE off_at IS NULL;
CREATE TRIGGER not_deleted BEFORE DELETE ON switches FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON switches FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- The switch that stops an operation of a tenant at a provider: the tenant's own before one that is for all, then the one
-- that lasts longest. No row: nothing does. Webhooks have no provider.
CREATE FUNCTION standing_switch(p_provider text, p_tenant text, p_operation text) RETURNS SETOF switches
LANGUAGE sql STABLE AS $$
  SELECT s.* FROM switches s
  WHERE s.off_at IS NULL AND s.until > now()
    AND (s.provider IS NULL OR s.provider = p_provider) AND (s.tenant_id IS NULL OR s.tenant_id = p_tenant)
    AND s.operation IN (p_operation, 'all')
  ORDER BY s.tenant_id IS NULL, s.until DESC, s.id LIMIT 1
$$;

-- Under which operation of a switch the purchase of an order falls.
CREATE FUNCTION switched_operation(p_payment_method text) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN CASE p_payment_method WHEN 'checkout' THEN 'checkouts' ELSE 'purchases' END;

-- The lock that makes "off" hold at once, in all processes. Whoever opens an attempt has it shared until that commit;
-- whoever turns a switch on has it alone until theirs. So when a switch is on, every attempt that was begun before is
-- committed, and each that comes later sees the switch: behind the lock it looks anew, and not as of when its statement
-- began. It is taken after the rows of the order and before quota and audit.
CREATE FUNCTION switch_before_send(p_provider text, p_tenant text, p_operation text) RETURNS SETOF switches
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(28, 0);
  RETURN QUERY SELECT s.* FROM standing_switch(p_provider, p_tenant, p_operation) s;
END $$;

-- Turns a switch on, unless one of the same scope is on already that lasts as long. @returns the one that is on, and
-- whether it is the new one.
CREATE FUNCTION turn_switch_on(p_switch jsonb) RETURNS TABLE (id text, until timestamptz, is_new boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  wanted switches := jsonb_populate_record(NULL::switches, p_switch);
BEGIN
  PERFORM pg_advisory_xact_lock(28, 0);
  RETURN QUERY
    SELECT s.id, s.until::timestamptz, false FROM switches s
    WHERE s.off_at IS NULL AND s.until > now() AND s.until >= wanted.until AND s.operation = wanted.operation
      AND s.provider IS NOT DISTINCT FROM wanted.provider AND s.tenant_id IS NOT DISTINCT FROM wanted.tenant_id
    ORDER BY s.until DESC LIMIT 1;
  IF FOUND THEN
    RETURN;
  END IF;
  INSERT INTO switches (id, provider, tenant_id, operation, reason, owner_id, until)
    VALUES (wanted.id, wanted.provider, wanted.tenant_id, wanted.operation, wanted.reason, wanted.owner_id, wanted.until);
  RETURN QUERY SELECT wanted.id, wanted.until::timestamptz, true;
END $$;

-- As before, with a refusal while a switch is on: of a tenant's in any case, of another unless the caller would wait.
-- `pause_reason` is then its reason, `committed_at` its end.
CREATE OR REPLACE FUNCTION accept_order(
  p_order jsonb, p_event_id text, p_cause jsonb,
  p_operation text, p_key text, p_fingerprint bytea, p_owner uuid, p_lock_ms float8,
  p_sameness text, p_duplicate_window_ms float8, p_refuse_if_paused boolean,
  p_tenant_limit_usd numeric, p_key_limit_usd numeric,
  p_lease_token uuid, p_leased_by uuid, p_lease_ms float8,
  p_commit_time text, p_response_status int, p_response_body text
) RETURNS TABLE (
  kind text, order_id text, response_status int, response_body text, committed_at timestamptz, pause_reason text,
  probe_in_ms float8, spent_usd numeric
) LANGUAGE plpgsql AS $$
DECLARE
  o orders := jsonb_populate_record(NULL::orders, p_order);
  state jsonb;
  stop switches;
BEGIN
  committed_at := date_trunc('milliseconds', now());
  PERFORM pg_advisory_xact_lock(hashtextextended(jsonb_build_array(o.tenant_id, p_operation, p_key)::text, 1));
  SELECT k.kind, k.order_id, k.response_status, k.response_body
    INTO kind, order_id, response_status, response_body
    FROM known_idempotency_key(o.tenant_id, p_operation, p_key, p_fingerprint, p_owner, p_lock_ms) k;
  IF FOUND THEN
    RETURN NEXT;
    RETURN;
  END IF;

  SELECT s.* INTO stop FROM standing_switch(o.provider, o.tenant_id, switched_operation(o.payment_method)) s;
  IF stop.id IS NOT NULL AND (p_refuse_if_paused OR stop.tenant_id IS NOT NULL) THEN
    kind := CASE WHEN stop.tenant_id IS NULL THEN 'provider_switched_off' ELSE 'tenant_switched_off' END;
    pause_reason := stop.reason;
    committed_at := stop.until;
    RETURN NEXT;
    RETURN;
  END IF;
  IF p_refuse_if_paused THEN
    SELECT h.pause_reason, GREATEST(0, EXTRACT(EPOCH FROM h.probe_at - now()) * 1000) INTO pause_reason, probe_in_ms
      FROM provider_health h
      WHERE h.provider = o.provider AND h.operation_class = 'purchases' AND h.pause_reason IS NOT NULL;
    IF FOUND THEN
      kind := 'paused';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  o.sameness := sha256(convert_to(p_sameness, 'UTF8'));
  IF o.sameness IS NOT NULL AND p_duplicate_window_ms > 0 THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(o.sameness, 'hex'), 0));
    SELECT d.id INTO order_id FROM orders d
      WHERE d.sameness = o.sameness AND d.created_at > now() - p_duplicate_window_ms * interval '1 millisecond'
        AND d.status NOT IN ('failed', 'cancelled', 'expired')
      ORDER BY d.created_at DESC LIMIT 1;
    IF FOUND THEN
      kind := 'duplicate';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  IF o.spending_usd IS NOT NULL THEN
    spent_usd := reserve_spending(o.tenant_id, month_of(committed_at), o.spending_usd, p_tenant_limit_usd);
    IF spent_usd IS NOT NULL THEN
      kind := 'tenant_limit';
      RETURN NEXT;
      RETURN;
    END IF;
    spent_usd := reserve_spending(o.api_key_id, month_of(committed_at), o.spending_usd, p_key_limit_usd);
    IF spent_usd IS NOT NULL THEN
      PERFORM correct_spending(o.tenant_id, month_of(committed_at), -o.spending_usd);
      kind := 'key_limit';
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  INSERT INTO orders (
    id, tenant_id, status, provider, provider_offering_id, offering_name, provider_account, payment_method,
    requested_grams, ordered_grams, quoted_amount, quoted_currency, max_total_amount, max_total_currency,
    beneficiary_name, beneficiary_email, retirement_message, description, reference, metadata, labels, routing, offer_id,
    success_url, cancel_url, webhook_url, api_key_id, spending_usd, usd_per_unit, sameness, created_at, updated_at, version)
  VALUES (
    o.id, o.tenant_id, 'created', o.provider, o.provider_offering_id, o.offering_name, o.provider_account,
    o.payment_method, o.requested_grams, o.ordered_grams, o.quoted_amount, o.quoted_currency, o.max_total_amount,
    o.max_total_currency, o.beneficiary_name, o.beneficiary_email, o.retirement_message, o.description, o.reference,
    o.metadata, o.labels, o.routing, o.offer_id, o.success_url, o.cancel_url, o.webhook_url, o.api_key_id, o.spending_usd,
    o.usd_per_unit, o.sameness, committed_at, committed_at, 1)
  RETURNING order_state(orders) INTO state;
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, cause, occurred_at, state)
    VALUES (p_event_id, o.id, o.tenant_id, 1, 'order.created', 'created', 'request', p_cause, committed_at, state);
  INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_by, leased_until, runs)
    VALUES (
      o.id, 'purchase', now() + COALESCE(p_lease_ms, 0) * interval '1 millisecond', p_lease_token, p_leased_by,
      now() + p_lease_ms * interval '1 millisecond', CASE WHEN p_lease_token IS NULL THEN 0 ELSE 1 END);
  response_status := p_response_status;
  response_body := replace(p_response_body, p_commit_time, to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  INSERT INTO idempotency_records (
    tenant_id, operation, key, fingerprint, order_id, locked_until, lock_owner, response_status, response_body)
  VALUES (
    o.tenant_id, p_operation, p_key, p_fingerprint, o.id, now() + p_lock_ms * interval '1 millisecond', p_owner,
    response_status, response_body);
  kind := 'accepted';
  order_id := o.id;
  RETURN NEXT;
END $$;

ALTER TABLE order_events DROP CONSTRAINT order_events_type;
ALTER TABLE order_events ADD CONSTRAINT order_events_type CHECK (type IN (
  'order.created', 'order.quoted', 'order.submitting', 'order.not_sent', 'order.in_doubt', 'order.awaiting_payment',
  'order.placed', 'order.accepted', 'order.retired', 'order.completed', 'order.cancelled', 'order.failed',
  'order.expired', 'order.updated', 'order.not_found', 'order.proven_absent', 'order.lookup_failed',
  'order.cancel_requested', 'order.review_flagged', 'order.review_cleared', 'order.personal_data_erased', 'order.held')) NOT VALID;

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'session.open', 'session.end',
  'order.note', 'order.claim', 'order.release', 'order.refresh', 'resolution.propose',
  'resolution.apply', 'resolution.approve', 'resolution.reject', 'resolution.withdraw',
  'switch.turn_on', 'switch.propose_off', 'switch.turn_off'));
