-- What finance needs of a price: the tax within it, and what the provider said was charged after it had said so once. Both
-- are in the price's currency. New rows and changes are checked; there are no values in old ones.

ALTER TABLE orders ADD COLUMN price_tax_amount DECIMAL(20,6), ADD COLUMN later_price_amount DECIMAL(20,6);
ALTER TABLE orders
  ADD CONSTRAINT orders_tax_is_within_price CHECK (
    price_tax_amount IS NULL OR price_amount IS NOT NULL AND price_tax_amount BETWEEN 0 AND price_amount) NOT VALID,
  ADD CONSTRAINT orders_later_price_follows_charge CHECK (
    later_price_amount IS NULL OR price_source IS NOT DISTINCT FROM 'charged' AND later_price_amount >= 0) NOT VALID;
