-- Purchases that strangers name, whether a browser or a callback, are claims of one kind: kept, read at spaced times, and
-- each with its verdict. Processes of the version before do not know these names: stop them first.

ALTER TABLE checkout_returns RENAME TO purchase_claims;
ALTER TABLE purchase_claims RENAME CONSTRAINT checkout_returns_pkey TO purchase_claims_pkey;
ALTER TABLE purchase_claims RENAME CONSTRAINT checkout_returns_order_id_fkey TO purchase_claims_order_id_fkey;
ALTER TABLE purchase_claims RENAME COLUMN payment_id TO provider_order_id;
ALTER TABLE purchase_claims RENAME COLUMN confirmation TO verdict;
ALTER TABLE purchase_claims RENAME COLUMN returned_at TO claimed_at;
ALTER TABLE purchase_claims DROP CONSTRAINT checkout_returns_confirmation;
ALTER TABLE purchase_claims
  ADD COLUMN source TEXT NOT NULL DEFAULT 'return',
  -- Reads that decided nothing.
  ADD COLUMN looks INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN looked_at TIMESTAMPTZ(3),
  -- When it is read next, while it is undecided.
  ADD COLUMN due_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD CONSTRAINT purchase_claims_source CHECK (source IN ('return', 'callback')),
  ADD CONSTRAINT purchase_claims_verdict CHECK (verdict IN ('claimed', 'confirmed', 'refused', 'unknown', 'disputed'));
CREATE INDEX purchase_claims_undecided ON purchase_claims (order_id) WHERE verdict = 'claimed';

-- A session that this gateway opened is the order's own.
UPDATE purchase_claims c SET verdict = 'confirmed'
  FROM checkout_sessions s WHERE s.order_id = c.order_id AND s.session_id = c.provider_order_id AND c.verdict = 'claimed';

-- What callbacks named so far and no order has. Orders that have ended looked at it before they did.
INSERT INTO purchase_claims (order_id, provider_order_id, source, claimed_at)
  SELECT c.order_id, c.provider_order_id, 'callback', max(c.received_at)
  FROM callbacks c JOIN orders o ON o.id = c.order_id
  WHERE c.provider_order_id IS DISTINCT FROM o.provider_order_id AND c.provider_order_id IS NOT NULL
    AND o.status NOT IN ('completed', 'cancelled', 'failed', 'expired')
  GROUP BY c.order_id, c.provider_order_id
  ON CONFLICT DO NOTHING;

-- A callback that says the same again is counted, not stored again. Those of before keep no hash, and their row each.
ALTER TABLE callbacks
  ADD COLUMN body_hash BYTEA,
  ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX callbacks_order_id_body_hash_key ON callbacks (order_id, body_hash);

-- Looks that strangers ask for are spaced: when the latest is due, and how many there were.
ALTER TABLE tasks
  ADD COLUMN woken_for TIMESTAMPTZ(3),
  ADD COLUMN wakes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE orders DROP CONSTRAINT orders_review_reason;
ALTER TABLE orders ADD CONSTRAINT orders_review_reason CHECK (review_reason IN (
    'bought_twice', 'payment_disputed', 'paid_twice', 'orphan_purchase', 'retirement_failed', 'undone_after_retirement',
    'answer_disagrees', 'contradicting_end', 'unproven_outcome', 'vanished', 'too_many_claims', 'payment_unconfirmed',
    'unreadable_answer', 'submission_keeps_failing')) NOT VALID;
