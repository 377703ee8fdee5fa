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
CREATE INDEX webhook_endpoints_tenant_id_idx ON webhook_endpoints (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX webhook_endpoints_of_orders ON webhook_endpoints (tenant_id, url)
  WHERE origin = 'order' AND deleted_at IS NULL;
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON webhook_endpoints
  FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

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
CREATE TRIGGER webhook_endpoint_events_append_only BEFORE UPDATE OR DELETE ON webhook_endpoint_events
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
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
  -- Who sends it now: a sender that died loses it when the lease ends.
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
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (endpoint_id, created_at) WHERE state = 'dead';
CREATE INDEX webhook_deliveries_tenant_id_created_at_id_idx ON webhook_deliveries (tenant_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_endpoint_id_created_at_id_idx ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
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

-- After a move to another server: what is written from now on comes after all that is there.
CREATE FUNCTION continue_feed() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE feed_origin f SET added = last.tx + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  FROM (SELECT GREATEST((SELECT max(e.tx) FROM order_events e), (SELECT max(e.tx) FROM webhook_endpoint_events e)) AS tx) last
  WHERE last.tx >= f.added + pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
$$;
REVOKE EXECUTE ON FUNCTION continue_feed() FROM PUBLIC;
