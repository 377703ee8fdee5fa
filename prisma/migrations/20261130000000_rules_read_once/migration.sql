-- What holds of an order, checked once a write by functions that a connection reads once. PostgreSQL reads every CHECK and
-- every WHEN of a trigger anew from its text in each statement: for orders and their events that was a sixth of what an
-- accept costs the database. Rules, names and errors stay as they were.

-- NULL breaks no rule, as in a CHECK.
CREATE FUNCTION order_makes_sense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken CONSTANT text := CASE
    WHEN NEW.status NOT IN (
      'created', 'submitting', 'in_doubt', 'awaiting_payment', 'placed', 'accepted', 'retired', 'completed', 'cancelled',
      'failed', 'expired')
      THEN 'orders_status'
    WHEN NEW.payment_method NOT IN ('account', 'checkout')
      THEN 'orders_payment_method'
    WHEN NEW.requested_grams <= 0 OR NEW.ordered_grams <= 0
      THEN 'orders_mass_is_positive'
    WHEN NEW.price_currency NOT IN ('USD', 'GBP', 'EUR') OR NEW.quoted_currency NOT IN ('USD', 'GBP', 'EUR')
      OR NEW.max_total_currency NOT IN ('USD', 'GBP', 'EUR')
      THEN 'orders_currencies'
    WHEN (NEW.price_amount IS NULL) <> (NEW.price_currency IS NULL)
      OR (NEW.price_amount IS NULL) <> (NEW.price_source IS NULL) OR NEW.price_amount < 0
      THEN 'orders_price_is_whole'
    WHEN NEW.price_source NOT IN ('charged', 'quoted', 'computed')
      THEN 'orders_price_source'
    WHEN NEW.price_tax_amount IS NOT NULL
      AND (NEW.price_amount IS NULL OR NEW.price_tax_amount < 0 OR NEW.price_tax_amount > NEW.price_amount)
      THEN 'orders_tax_is_within_price'
    WHEN NEW.later_price_amount IS NOT NULL
      AND (NEW.price_source IS DISTINCT FROM 'charged' OR NEW.later_price_amount < 0)
      THEN 'orders_later_price_follows_charge'
    WHEN NEW.spending_usd < 0 OR (NEW.spending_usd IS NOT NULL AND NEW.api_key_id IS NULL)
      THEN 'orders_spending'
    WHEN (NEW.review_reason IS NULL) <> (NEW.review_since IS NULL)
      THEN 'orders_review_is_whole'
    WHEN NEW.review_reason NOT IN (
      'bought_twice', 'payment_disputed', 'paid_twice', 'orphan_purchase', 'retirement_failed', 'undone_after_retirement',
      'answer_disagrees', 'contradicting_end', 'unproven_outcome', 'vanished', 'too_many_claims', 'payment_unconfirmed',
      'unreadable_answer', 'submission_keeps_failing')
      THEN 'orders_review_reason'
    WHEN NEW.provider_retired_at IS NOT NULL AND NEW.retired_at IS NULL
      THEN 'orders_provider_retired_at_follows'
    WHEN NEW.personal_data_erased_at IS NOT NULL AND (
      NEW.status NOT IN ('completed', 'cancelled', 'failed', 'expired') OR NEW.beneficiary_name <> 'erased'
      OR NEW.metadata <> '{}' OR COALESCE(
        NEW.beneficiary_email, NEW.retirement_message, NEW.description, NEW.success_url, NEW.cancel_url, NEW.webhook_url)
        IS NOT NULL)
      THEN 'orders_erased_are_empty'
  END;
BEGIN
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'order % violates check constraint "%"', NEW.id, broken
      USING ERRCODE = 'check_violation', TABLE = 'orders', CONSTRAINT = broken;
  END IF;
  IF TG_OP = 'INSERT' AND NEW.status <> 'created' THEN
    RAISE EXCEPTION 'order % must begin as created', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

ALTER TABLE orders
  DROP CONSTRAINT orders_status, DROP CONSTRAINT orders_payment_method, DROP CONSTRAINT orders_mass_is_positive,
  DROP CONSTRAINT orders_currencies, DROP CONSTRAINT orders_price_is_whole, DROP CONSTRAINT orders_price_source,
  DROP CONSTRAINT orders_tax_is_within_price, DROP CONSTRAINT orders_later_price_follows_charge,
  DROP CONSTRAINT orders_spending, DROP CONSTRAINT orders_review_is_whole, DROP CONSTRAINT orders_review_reason,
  DROP CONSTRAINT orders_provider_retired_at_follows, DROP CONSTRAINT orders_erased_are_empty;
DROP TRIGGER order_begins_created ON orders;
DROP FUNCTION order_begins_created();
CREATE TRIGGER order_makes_sense BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION order_makes_sense();

-- What an update leaves as it is.
CREATE FUNCTION order_keeps_its_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.tenant_id, OLD.api_key_id, OLD.provider, OLD.provider_offering_id, OLD.provider_account, OLD.payment_method,
      OLD.requested_grams, OLD.ordered_grams, OLD.max_total_amount, OLD.max_total_currency, OLD.usd_per_unit)
     IS DISTINCT FROM
     (NEW.id, NEW.tenant_id, NEW.api_key_id, NEW.provider, NEW.provider_offering_id, NEW.provider_account, NEW.payment_method,
      NEW.requested_grams, NEW.ordered_grams, NEW.max_total_amount, NEW.max_total_currency, NEW.usd_per_unit)
     OR OLD.provider_order_id IS NOT NULL AND OLD.provider_order_id IS DISTINCT FROM NEW.provider_order_id
     OR OLD.provider_retired_at IS NOT NULL AND OLD.provider_retired_at IS DISTINCT FROM NEW.provider_retired_at THEN
    RAISE EXCEPTION 'what order % was placed for, and its purchase, stay as they are', OLD.id
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.price_source = 'charged' AND
     (OLD.price_amount, OLD.price_currency, OLD.price_source, OLD.price_tax_amount) IS DISTINCT FROM
     (NEW.price_amount, NEW.price_currency, NEW.price_source, NEW.price_tax_amount)
     OR OLD.price_amount IS NOT NULL AND NEW.price_amount IS NULL
     OR OLD.later_price_amount IS NOT NULL AND NEW.later_price_amount IS NULL
     OR (OLD.spending_usd IS NULL) <> (NEW.spending_usd IS NULL) THEN
    RAISE EXCEPTION 'the price of order % is settled', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER order_terms_stay ON orders;
DROP FUNCTION order_terms_stay();
DROP TRIGGER order_price_is_settled ON orders;
DROP FUNCTION order_price_is_settled();
CREATE TRIGGER order_keeps_its_terms BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION order_keeps_its_terms();

CREATE OR REPLACE FUNCTION order_event_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken CONSTANT text := CASE
    WHEN NEW.type NOT IN (
      'order.created', 'order.quoted', 'order.submitting', 'order.not_sent', 'order.in_doubt', 'order.awaiting_payment',
      'order.placed', 'order.accepted', 'order.retired', 'order.completed', 'order.cancelled', 'order.failed',
      'order.expired', 'order.updated', 'order.not_found', 'order.proven_absent', 'order.lookup_failed',
      'order.cancel_requested', 'order.review_flagged', 'order.review_cleared', 'order.personal_data_erased', 'order.held')
      THEN 'order_events_type'
    WHEN NEW.source NOT IN ('request', 'response', 'lookup', 'poll', 'callback', 'return', 'operator')
      THEN 'order_events_source'
  END;
BEGIN
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'event % violates check constraint "%"', NEW.id, broken
      USING ERRCODE = 'check_violation', TABLE = 'order_events', CONSTRAINT = broken;
  END IF;
  -- As people do by hand after their UPDATE.
  IF NEW.tenant_id IS NULL THEN
    SELECT o.tenant_id, CASE WHEN o.version >= NEW.sequence THEN order_state(o) END INTO NEW.tenant_id, NEW.state
      FROM orders o WHERE o.id = NEW.order_id;
  END IF;
  RETURN NEW;
END $$;
ALTER TABLE order_events DROP CONSTRAINT order_events_type, DROP CONSTRAINT order_events_source;
DROP TRIGGER order_event_is_told ON order_events;
CREATE TRIGGER order_event_is_told BEFORE INSERT ON order_events FOR EACH ROW EXECUTE FUNCTION order_event_is_told();

-- An order that has neither yet needs no entry for it.
DROP INDEX orders_return_token_hash_key;
CREATE UNIQUE INDEX orders_return_token_hash_key ON orders (return_token_hash) WHERE return_token_hash IS NOT NULL;
DROP INDEX orders_provider_provider_order_id_key;
CREATE UNIQUE INDEX orders_provider_provider_order_id_key ON orders (provider, provider_order_id)
  WHERE provider_order_id IS NOT NULL;
