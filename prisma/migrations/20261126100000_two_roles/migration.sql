-- What holds for the owner of the tables as well, unless it switches a guard off on purpose: what cannot be made again is
-- not emptied, and what was agreed and charged stays. What the application's role may do at all is a table in
-- src/persistence/migrations/grants.ts. Processes of the version before go on with this.

-- TRUNCATE passes by the triggers on rows.
CREATE FUNCTION not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% cannot be made again: it is not truncated', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON api_keys FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON callbacks FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON checkout_sessions FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON database_environment FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON far_sides FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON idempotency_records FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON offers FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON order_events FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON order_status_moves FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON purchase_claims FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON quotes FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON spending FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON tasks FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON tenants FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What tells a repeat from a new purchase: without it, an order is bought again.
CREATE TRIGGER not_deleted BEFORE DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_deleted BEFORE DELETE ON checkout_sessions FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_deleted BEFORE DELETE ON far_sides FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_deleted BEFORE DELETE ON idempotency_records FOR EACH ROW EXECUTE FUNCTION history_is_append_only();

-- What was ordered, of whom and up to which total is what was agreed. The purchase that an order has stays its own.
CREATE FUNCTION order_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what order % was placed for, and its purchase, stay as they are', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER order_terms_stay BEFORE UPDATE ON orders FOR EACH ROW WHEN (
  (OLD.id, OLD.tenant_id, OLD.api_key_id, OLD.provider, OLD.provider_offering_id, OLD.provider_account,
   OLD.payment_method, OLD.requested_grams, OLD.ordered_grams, OLD.max_total_amount, OLD.max_total_currency,
   OLD.usd_per_unit)
  IS DISTINCT FROM
  (NEW.id, NEW.tenant_id, NEW.api_key_id, NEW.provider, NEW.provider_offering_id, NEW.provider_account,
   NEW.payment_method, NEW.requested_grams, NEW.ordered_grams, NEW.max_total_amount, NEW.max_total_currency,
   NEW.usd_per_unit)
  OR OLD.provider_order_id IS NOT NULL AND OLD.provider_order_id IS DISTINCT FROM NEW.provider_order_id
) EXECUTE FUNCTION order_terms_stay();

-- A price may be asked for again until one was charged, as `priceFacts` in src/domain/orders/observe.ts has it. What was
-- known once is not forgotten, and an order that counts as spending goes on counting.
CREATE FUNCTION order_price_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the price of order % is settled', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER order_price_is_settled BEFORE UPDATE ON orders FOR EACH ROW WHEN (
  OLD.price_source = 'charged' AND
  (OLD.price_amount, OLD.price_currency, OLD.price_source, OLD.price_tax_amount) IS DISTINCT FROM
  (NEW.price_amount, NEW.price_currency, NEW.price_source, NEW.price_tax_amount)
  OR OLD.price_amount IS NOT NULL AND NEW.price_amount IS NULL
  OR OLD.later_price_amount IS NOT NULL AND NEW.later_price_amount IS NULL
  OR (OLD.spending_usd IS NULL) <> (NEW.spending_usd IS NULL)
) EXECUTE FUNCTION order_price_is_settled();

-- No price without the event that says it: at commit, the history has one of the same change.
CREATE FUNCTION price_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM order_events e
    WHERE e.order_id = NEW.id AND e.sequence > OLD.version AND e.sequence <= NEW.version AND e.evidence ? 'price'
  ) THEN
    RAISE EXCEPTION 'the price of order % changed without an event that says it', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER price_has_event AFTER UPDATE ON orders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (
  (OLD.price_amount, OLD.price_currency, OLD.price_source, OLD.price_tax_amount, OLD.later_price_amount) IS DISTINCT FROM
  (NEW.price_amount, NEW.price_currency, NEW.price_source, NEW.price_tax_amount, NEW.later_price_amount)
) EXECUTE FUNCTION price_has_event();

-- Under which key and to whom something was sent is evidence from the start.
CREATE FUNCTION attempt_stays_what_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what attempt % of order % was stays as it is', OLD.number, OLD.order_id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER attempt_stays_what_it_was BEFORE UPDATE ON attempts FOR EACH ROW WHEN (
  (OLD.order_id, OLD.operation, OLD.number, OLD.generation, OLD.idempotency_key) IS DISTINCT FROM
  (NEW.order_id, NEW.operation, NEW.number, NEW.generation, NEW.idempotency_key)
  OR OLD.far_side IS NOT NULL AND OLD.far_side IS DISTINCT FROM NEW.far_side
) EXECUTE FUNCTION attempt_stays_what_it_was();
