-- What is left of a pool goes to members of the next one who fit into it, or to the house: it shrinks, and never grows.

-- Tax beside what is left, in millionths. Null of pools that were allocated before: of those, nobody is given anything.
ALTER TABLE pools ADD COLUMN left_tax_units NUMERIC(24, 0);
ALTER TABLE pools DROP CONSTRAINT pools_left;
ALTER TABLE pools ADD CONSTRAINT pools_left CHECK (
  (left_grams IS NULL) = (status <> 'allocated') AND (left_units IS NULL) = (left_grams IS NULL)
  AND (left_tax_units IS NULL OR left_grams IS NOT NULL)
  AND left_grams >= 0 AND left_units >= 0 AND left_tax_units >= 0);
CREATE INDEX pools_with_left ON pools (provider, provider_offering_id) WHERE left_grams > 0;

CREATE OR REPLACE FUNCTION pool_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (
       ('open', 'sealed'), ('open', 'dissolved'), ('sealed', 'allocated'), ('sealed', 'dissolved'))
     OR OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id
     OR OLD.left_grams IS NOT NULL AND (NEW.left_grams > OLD.left_grams OR NEW.left_units > OLD.left_units) THEN
    RAISE EXCEPTION 'pool % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
