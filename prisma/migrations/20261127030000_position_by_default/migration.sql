-- An event's position is the default of its column: a trigger on each event cost the acceptance of an order more than the
-- position itself. The trigger is left for events that are written by hand, without tenant and state.
ALTER TABLE order_events ALTER COLUMN tx SET DEFAULT feed_tx();
CREATE OR REPLACE FUNCTION order_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT o.tenant_id, CASE WHEN o.version >= NEW.sequence THEN order_state(o) END INTO NEW.tenant_id, NEW.state
    FROM orders o WHERE o.id = NEW.order_id;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER order_event_is_told BEFORE INSERT ON order_events FOR EACH ROW
  WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION order_event_is_told();

DROP TRIGGER webhook_endpoint_event_is_told ON webhook_endpoint_events;
DROP FUNCTION webhook_endpoint_event_is_told();
ALTER TABLE webhook_endpoint_events ALTER COLUMN tx SET DEFAULT feed_tx();
