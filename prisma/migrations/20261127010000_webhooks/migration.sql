-- Webhooks: where tenants want to be told of events, what was sent there, and what came of it.

CREATE TABLE webhook_endpoints (
  id              TEXT NOT NULL,
  tenant_id       TEXT NOT NULL,
  url             TEXT NOT NULL,
  description     TEXT,
  -- Types of events that are sent. Empty: all.
  types           TEXT[],
  -- managed: by its tenant. order: made for the callback_url of orders, and signed with the tenant's secret for those.
  origin          TEXT NOT NULL DEFAULT 'managed',
  -- Newest first, encrypted: [{key_id, sealed, expires_at}]. Two while a rotation runs. Empty where origin is order.
  secrets         JSONB NOT NULL DEFAULT '[]',
  -- Null: events are sent.
  disabled_reason TEXT,
  disabled_at     TIMESTAMPTZ(3),
  -- Since when every delivery has failed; null while the latest went through.
  failing_since   TIMESTAMPTZ(3),
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at      TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Its deliveries are kept as evidence.
  deleted_at      TIMESTAMPTZ(3),
  -- Counts its changes.
  version         INT NOT NULL DEFAULT 1,
  -- What it was made with, and SHA-256 of that request: a repeat makes no second one. Null where origin is order.
  idempotency_key TEXT,
  fingerprint     BYTEA,

  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_endpoints_types CHECK (types IS NOT NULL),
  CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT webhook_endpoints_origin CHECK (origin IN ('managed', 'order')),
  -- caller: by its tenant. gone: the receiver said 410. failing: nothing but failures for too long.
  CONSTRAINT webhook_endpoints_disabled CHECK (
    disabled_reason IN ('caller', 'gone', 'failing') AND disabled_at IS NOT NULL
    OR disabled_reason IS NULL AND disabled_at IS NULL)
);
CREATE INDEX webhook_endpoints_listed ON webhook_endpoints (tenant_id, origin, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX webhook_endpoints_made_with ON webhook_endpoints (tenant_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX webhook_endpoints_of_orders ON webhook_endpoints (tenant_id, url)
  WHERE origin = 'order' AND deleted_at IS NULL;
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON webhook_endpoints
  FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- The endpoint that was made with a key, if one was.
CREATE FUNCTION known_webhook_endpoint(p_tenant_id text, p_key text, p_fingerprint bytea)
RETURNS TABLE (kind text, endpoint webhook_endpoints) LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN e.fingerprint <> p_fingerprint THEN 'reused'
              WHEN e.deleted_at IS NOT NULL THEN 'deleted'
              ELSE 'made_before' END, e
  FROM webhook_endpoints e WHERE e.tenant_id = p_tenant_id AND e.idempotency_key = p_key
$$;

-- Makes an endpoint, unless one was made with its key before or its tenant has as many as it may. A tenant's come one by
-- one, so that no two of them find the same room.
CREATE FUNCTION create_webhook_endpoint(p_endpoint jsonb, p_fingerprint bytea, p_most int)
RETURNS TABLE (kind text, endpoint webhook_endpoints, existing int) LANGUAGE plpgsql AS $$
DECLARE
  wanted CONSTANT webhook_endpoints := jsonb_populate_record(NULL::webhook_endpoints, p_endpoint);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(wanted.tenant_id, 2));
  RETURN QUERY
    SELECT k.kind, k.endpoint, NULL::int
    FROM known_webhook_endpoint(wanted.tenant_id, wanted.idempotency_key, p_fingerprint) k;
  IF FOUND THEN
    RETURN;
  END IF;
  SELECT count(*) INTO existing FROM webhook_endpoints e
    WHERE e.tenant_id = wanted.tenant_id AND e.origin = 'managed' AND e.deleted_at IS NULL;
  IF existing >= p_most THEN
    kind := 'no_room';
    RETURN NEXT;
    RETURN;
  END IF;
  INSERT INTO webhook_endpoints (id, tenant_id, url, description, types, secrets, idempotency_key, fingerprint)
    VALUES (wanted.id, wanted.tenant_id, wanted.url, wanted.description, wanted.types, wanted.secrets,
            wanted.idempotency_key, p_fingerprint)
    RETURNING * INTO endpoint;
  kind := 'made';
  RETURN NEXT;
END $$;

-- What signs the events sent to the callback_url of a tenant's orders. As `webhook_endpoints.secrets`.
ALTER TABLE tenants ADD COLUMN callback_secrets JSONB NOT NULL DEFAULT '[]';

-- What happened to an endpoint by itself, told in the feed beside what happened to orders. Append-only.
CREATE TABLE webhook_endpoint_events (
  id          TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  tenant_id   TEXT NOT NULL,
  -- The version of the endpoint that it made.
  sequence    INT NOT NULL,
  type        TEXT NOT NULL,
  -- The endpoint as it left it, without secrets.
  state       JSONB NOT NULL,
  occurred_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  tx          BIGINT NOT NULL,

  CONSTRAINT webhook_endpoint_events_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_endpoint_events_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT webhook_endpoint_events_type CHECK (type IN ('webhook_endpoint.disabled'))
);
CREATE UNIQUE INDEX webhook_endpoint_events_endpoint_id_sequence_key ON webhook_endpoint_events (endpoint_id, sequence);
CREATE FUNCTION webhook_endpoint_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.tx := feed_tx();
  RETURN NEW;
END $$;
CREATE TRIGGER webhook_endpoint_event_is_told BEFORE INSERT ON webhook_endpoint_events
  FOR EACH ROW EXECUTE FUNCTION webhook_endpoint_event_is_told();
CREATE INDEX webhook_endpoint_events_feed ON webhook_endpoint_events (tx, endpoint_id, sequence);
CREATE INDEX webhook_endpoint_events_feed_of_tenant ON webhook_endpoint_events (tenant_id, tx, endpoint_id, sequence);
-- As with orders: an address that was erased may become `erased` in what was told of it.
CREATE FUNCTION endpoint_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
     AND NEW.state = OLD.state || '{"url": "erased"}'
     AND EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = OLD.endpoint_id AND e.url = 'erased') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER webhook_endpoint_events_append_only BEFORE UPDATE OR DELETE ON webhook_endpoint_events
  FOR EACH ROW EXECUTE FUNCTION endpoint_history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON webhook_endpoint_events
  FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- One event for one endpoint, until it is delivered or given up. The queue of what is to be sent.
CREATE TABLE webhook_deliveries (
  id           TEXT NOT NULL,
  endpoint_id  TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  event_id     TEXT NOT NULL,
  -- Null for an event of an endpoint.
  order_id     TEXT,
  state        TEXT NOT NULL DEFAULT 'pending',
  -- Tries so far, and since it was last queued: the place in the schedule.
  attempts     INT NOT NULL DEFAULT 0,
  tries        INT NOT NULL DEFAULT 0,
  due_at       TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Who sends it now, and until when: a claim puts `due_at` off to then, so a sender that died loses it by itself.
  lease_token  UUID,
  leased_until TIMESTAMPTZ(3),
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  -- Delivered, or given up.
  ended_at     TIMESTAMPTZ(3),

  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT webhook_deliveries_state CHECK (state IN ('pending', 'delivered', 'dead')),
  CONSTRAINT webhook_deliveries_ended CHECK ((state = 'pending') = (ended_at IS NULL))
);
-- An event goes to an endpoint once, however often the feed is read.
CREATE UNIQUE INDEX webhook_deliveries_endpoint_id_event_id_key ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_due_at ON webhook_deliveries (due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (tenant_id, id) WHERE state = 'dead';
-- Ids sort by age.
CREATE INDEX webhook_deliveries_tenant_id_id_idx ON webhook_deliveries (tenant_id, id);
CREATE INDEX webhook_deliveries_endpoint_id_id_idx ON webhook_deliveries (endpoint_id, id);
CREATE INDEX webhook_deliveries_order_id_idx ON webhook_deliveries (order_id);
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON webhook_deliveries
  FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- One request to an endpoint, and what it answered. Append-only.
CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL,
  number      INT NOT NULL,
  started_at  TIMESTAMPTZ(3) NOT NULL,
  duration_ms INT NOT NULL,
  -- HTTP status; null if there was no answer.
  status      INT,
  -- Why there was none, or why it does not count, as a code.
  error       TEXT,
  -- The first 4 KiB of the answer.
  answer      TEXT,

  CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, number),
  CONSTRAINT webhook_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries (id)
    ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE TRIGGER webhook_attempts_append_only BEFORE UPDATE OR DELETE ON webhook_attempts
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON webhook_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- For `erase_orders`: the callback address of an order whose data is erased, where it was this order's alone, or names the
-- person. Nothing more is sent there; orders that still have the address get an endpoint of their own with their next event.
CREATE FUNCTION forget_callback_address(p_order_id text, p_tenant_id text, p_url text, p_names text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  forgotten text;
BEGIN
  UPDATE webhook_endpoints e SET
    url = 'erased', deleted_at = now(), updated_at = now(), version = e.version + 1
  WHERE e.tenant_id = p_tenant_id AND e.url = p_url AND e.origin = 'order' AND e.deleted_at IS NULL
    AND (names_any(p_url, p_names)
         OR NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.order_id <> p_order_id))
  RETURNING e.id INTO forgotten;
  UPDATE webhook_endpoint_events e SET state = e.state || '{"url": "erased"}' WHERE e.endpoint_id = forgotten;
  UPDATE webhook_deliveries d SET state = 'dead', ended_at = now(), lease_token = NULL, leased_until = NULL
    WHERE d.endpoint_id = forgotten AND d.state = 'pending';
END $$;
-- Endpoints are told what happens from now on.
INSERT INTO feed_readers (name, tx) VALUES ('webhooks', feed_horizon());

-- After a move to another server: what is written from now on comes after all that is there.
CREATE FUNCTION continue_feed() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE feed_origin f SET added = last.tx + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  FROM (SELECT GREATEST((SELECT max(e.tx) FROM order_events e), (SELECT max(e.tx) FROM webhook_endpoint_events e)) AS tx) last
  WHERE last.tx >= f.added + pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
$$;
REVOKE EXECUTE ON FUNCTION continue_feed() FROM PUBLIC;
