-- When the provider says that the credits were retired: a retirement on the last day of a year that is seen on the first of
-- the next counts in the year that it happened. Nothing on record says so of older orders; theirs stay empty.
ALTER TABLE orders ADD COLUMN provider_retired_at TIMESTAMPTZ(3);
ALTER TABLE orders
  ADD CONSTRAINT orders_provider_retired_at_follows CHECK (provider_retired_at IS NULL OR retired_at IS NOT NULL) NOT VALID;

-- As before, with that time in what an event keeps of its order.
CREATE OR REPLACE FUNCTION order_state(o orders) RETURNS jsonb LANGUAGE sql STABLE
  RETURN jsonb_strip_nulls(jsonb_build_object(
    'status', o.status, 'status_reason', o.status_reason, 'status_detail', o.status_detail,
    'provider_order_id', o.provider_order_id, 'provider_status', o.provider_status, 'offering_name', o.offering_name,
    'price_amount', o.price_amount::text, 'price_currency', o.price_currency, 'price_source', o.price_source,
    'price_tax_amount', o.price_tax_amount::text, 'retirements', NULLIF(o.retirements, '[]'), 'certificate', o.certificate,
    'review_reason', o.review_reason, 'review_since', o.review_since, 'placed_at', o.placed_at,
    'retired_at', o.retired_at, 'completed_at', o.completed_at, 'provider_retired_at', o.provider_retired_at,
    'updated_at', o.updated_at, 'personal_data_erased_at', o.personal_data_erased_at, 'version', o.version));

-- As before, with the day that a retirement counts on.
CREATE OR REPLACE TRIGGER order_terms_stay BEFORE UPDATE ON orders FOR EACH ROW WHEN (
  (OLD.id, OLD.tenant_id, OLD.api_key_id, OLD.provider, OLD.provider_offering_id, OLD.provider_account,
   OLD.payment_method, OLD.requested_grams, OLD.ordered_grams, OLD.max_total_amount, OLD.max_total_currency,
   OLD.usd_per_unit)
  IS DISTINCT FROM
  (NEW.id, NEW.tenant_id, NEW.api_key_id, NEW.provider, NEW.provider_offering_id, NEW.provider_account,
   NEW.payment_method, NEW.requested_grams, NEW.ordered_grams, NEW.max_total_amount, NEW.max_total_currency,
   NEW.usd_per_unit)
  OR OLD.provider_order_id IS NOT NULL AND OLD.provider_order_id IS DISTINCT FROM NEW.provider_order_id
  OR OLD.provider_retired_at IS NOT NULL AND OLD.provider_retired_at IS DISTINCT FROM NEW.provider_retired_at
) EXECUTE FUNCTION order_terms_stay();
