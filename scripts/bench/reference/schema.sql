-- What the reference keeps: the rows that the gateway commits for an order, with its constraints and triggers as of
-- November 2026, and the indexes that its lists need. Kept apart from prisma/migrations, so that the yardstick stays
-- the same whatever becomes of the gateway's own tables.

CREATE TABLE tenants (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE orders (
  id                   text PRIMARY KEY,
  tenant_id            text NOT NULL REFERENCES tenants,
  status               text NOT NULL,
  status_reason        text,
  provider             text NOT NULL,
  provider_offering_id text NOT NULL,
  offering_name        text NOT NULL,
  provider_order_id    text,
  provider_status      text,
  provider_account     text,
  payment_method       text NOT NULL CHECK (payment_method IN ('account', 'checkout')),
  requested_grams      bigint NOT NULL CHECK (requested_grams > 0),
  ordered_grams        bigint NOT NULL CHECK (ordered_grams > 0),
  price_amount         decimal(20,6) CHECK (price_amount >= 0),
  price_currency       text,
  price_source         text,
  quoted_amount        decimal(20,6),
  quoted_currency      text,
  max_total_amount     decimal(20,6),
  max_total_currency   text,
  beneficiary_name     text NOT NULL,
  beneficiary_email    text,
  retirement_message   text,
  description          text,
  reference            text,
  metadata             jsonb NOT NULL DEFAULT '{}',
  labels               jsonb NOT NULL DEFAULT '{}',
  routing              jsonb NOT NULL,
  retirements          jsonb NOT NULL DEFAULT '[]',
  certificate          jsonb,
  review_reason        text,
  review_since         timestamptz(3),
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  placed_at            timestamptz(3),
  retired_at           timestamptz(3),
  completed_at         timestamptz(3),
  version              integer NOT NULL DEFAULT 1,
  UNIQUE (provider, provider_order_id),
  CHECK ((price_amount IS NULL) = (price_currency IS NULL) AND (price_amount IS NULL) = (price_source IS NULL)),
  CHECK ((review_reason IS NULL) = (review_since IS NULL))
);

CREATE INDEX ON orders (created_at DESC, id DESC);
CREATE INDEX ON orders (tenant_id, created_at DESC, id DESC);
CREATE INDEX ON orders (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX ON orders (tenant_id, provider, created_at DESC, id DESC);
CREATE INDEX ON orders (tenant_id, reference);
CREATE INDEX ON orders (status, created_at DESC, id DESC);
CREATE INDEX ON orders (id) WHERE status NOT IN ('completed', 'cancelled', 'failed', 'expired');
CREATE INDEX ON orders USING gin (labels jsonb_path_ops);

CREATE TABLE order_events (
  id              text PRIMARY KEY,
  order_id        text NOT NULL REFERENCES orders,
  sequence        integer NOT NULL,
  type            text NOT NULL,
  from_status     text,
  to_status       text,
  source          text NOT NULL,
  provider_status text,
  evidence        jsonb NOT NULL DEFAULT '{}',
  at              timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (order_id, sequence)
);

CREATE TABLE tasks (
  subject_id   text PRIMARY KEY,
  kind         text NOT NULL,
  run_at       timestamptz(3) NOT NULL DEFAULT now(),
  lease_token  uuid,
  leased_until timestamptz(3),
  runs         integer NOT NULL DEFAULT 0,
  created_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE INDEX ON tasks (run_at);

CREATE TABLE idempotency_records (
  tenant_id       text NOT NULL REFERENCES tenants,
  operation       text NOT NULL,
  key             text NOT NULL,
  fingerprint     bytea NOT NULL,
  order_id        text REFERENCES orders,
  locked_until    timestamptz(3) NOT NULL,
  response_status integer,
  response_body   text,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, operation, key)
);

CREATE INDEX ON idempotency_records (order_id);

CREATE TABLE order_status_moves (
  from_status text NOT NULL,
  to_status   text NOT NULL,
  PRIMARY KEY (from_status, to_status)
);

-- Only those that the reference makes.
INSERT INTO order_status_moves VALUES ('created', 'placed');

CREATE FUNCTION order_begins_created() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'created' THEN
    RAISE EXCEPTION 'order % must begin as created', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER order_begins_created BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION order_begins_created();

CREATE FUNCTION order_move_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM order_status_moves m WHERE m.from_status = OLD.status AND m.to_status = NEW.status) THEN
    RAISE EXCEPTION 'order % may not move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER order_move_is_declared BEFORE UPDATE OF status ON orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION order_move_is_declared();

CREATE FUNCTION open_order_has_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM orders o
    WHERE o.id = NEW.id AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')
      AND NOT EXISTS (SELECT FROM tasks t WHERE t.subject_id = o.id)
  ) THEN
    RAISE EXCEPTION 'order % has not ended and has no task', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER open_order_has_task AFTER INSERT OR UPDATE OF status ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION open_order_has_task();
