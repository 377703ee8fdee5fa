-- What operators decide and look for: cancelling an order, orders of one provider, and webhooks of all tenants that are not
-- delivered.

ALTER TABLE resolutions DROP CONSTRAINT resolutions_decision;
ALTER TABLE resolutions ADD CONSTRAINT resolutions_decision CHECK (decision IN (
  'adopt_purchase', 'adopt_payment', 'end_not_bought', 'close_unpaid_page', 'end_undone', 'accept_difference',
  'compensation_done', 'acknowledge', 'cancel'));

-- Of a provider with few orders among many, newest first.
CREATE INDEX orders_provider_created_at_id_idx ON orders (provider, created_at DESC, id DESC);

CREATE INDEX webhook_deliveries_undelivered ON webhook_deliveries (state, id) WHERE state <> 'delivered';
CREATE INDEX webhook_endpoints_failing ON webhook_endpoints (failing_since, id)
  WHERE failing_since IS NOT NULL AND deleted_at IS NULL;
