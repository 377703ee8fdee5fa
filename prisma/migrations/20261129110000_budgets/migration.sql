-- Budgets: what a tenant may spend in one month, in place of the limit that it has for every month. There is one mechanism
-- for both: `reserve_spending`, which asks here first.

CREATE TABLE budgets (
  tenant_id      TEXT NOT NULL,
  -- The first day of the month (UTC).
  month          DATE NOT NULL,
  -- Null: none is set yet, only proposed.
  limit_usd      DECIMAL(20,6),
  reason         TEXT,
  set_at         TIMESTAMPTZ(3),
  -- Null: a machine.
  set_by         TEXT,
  -- Who proposed what is set, where it raised the limit.
  proposed_by    TEXT,
  -- A higher one that waits for a second person.
  open_limit_usd DECIMAL(20,6),
  open_reason    TEXT,
  open_at        TIMESTAMPTZ(3),
  open_by        TEXT,
  version        INTEGER NOT NULL DEFAULT 1,

  CONSTRAINT budgets_pkey PRIMARY KEY (tenant_id, month),
  CONSTRAINT budgets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT budgets_set_by_fkey FOREIGN KEY (set_by) REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT budgets_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES operators (id)
    ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT budgets_open_by_fkey FOREIGN KEY (open_by) REFERENCES operators (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT budgets_of_a_month CHECK (EXTRACT(day FROM month) = 1),
  CONSTRAINT budgets_limits CHECK (limit_usd >= 0 AND open_limit_usd >= 0),
  CONSTRAINT budgets_open CHECK ((open_limit_usd IS NULL) = (open_by IS NULL)),
  -- Four eyes, whatever the application does.
  CONSTRAINT budgets_second_person CHECK (proposed_by IS NULL OR set_by IS NOT NULL AND set_by <> proposed_by)
);
CREATE TRIGGER not_deleted BEFORE DELETE ON budgets FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON budgets FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();

-- What takes two people takes them here, too: nothing raises a budget that nobody else has proposed, and the first budget of
-- a month is held against the tenant's own limit for every month. The default of the settings is not known here.
CREATE FUNCTION budget_is_raised_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before CONSTANT numeric := COALESCE(OLD.limit_usd, (SELECT t.max_month_usd FROM tenants t WHERE t.id = NEW.tenant_id));
BEGIN
  IF NEW.limit_usd > before AND (NEW.proposed_by IS NULL OR NEW.proposed_by IS DISTINCT FROM OLD.open_by) THEN
    RAISE EXCEPTION 'the budget of % is raised by two people', NEW.tenant_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER budget_is_raised_by_two BEFORE INSERT OR UPDATE ON budgets
  FOR EACH ROW EXECUTE FUNCTION budget_is_raised_by_two();

-- As before, under the budget of the month where there is one.
CREATE OR REPLACE FUNCTION reserve_spending(p_subject text, p_month date, p_usd numeric, p_limit_usd numeric) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
  most CONSTANT numeric := COALESCE(
    (SELECT b.limit_usd FROM budgets b WHERE b.tenant_id = p_subject AND b.month = p_month), p_limit_usd);
  spent numeric;
BEGIN
  IF add_to_one_slot(p_subject, p_month, p_usd, most, false) THEN
    RETURN NULL;
  END IF;
  spent := lock_spending(p_subject, p_month);
  IF spent + p_usd > most THEN
    RETURN spent;
  END IF;
  -- What is left of the limit is shared out anew.
  UPDATE spending s SET
      spent_usd = s.spent_usd + CASE s.slot WHEN 0 THEN p_usd ELSE 0 END,
      room_usd = COALESCE(trunc((most - spent - p_usd) / 16, 6), 0),
      limit_usd = most
    WHERE s.subject_id = p_subject AND s.month = p_month;
  RETURN NULL;
END $$;

ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_act CHECK (act IN (
  'tenant.create', 'tenant.limit', 'tenant.revoke', 'key.create', 'key.limit', 'key.revoke', 'order.cancel',
  'order.clear_review', 'provider.confirm_account', 'personal_data.erase', 'webhook_endpoint.create',
  'webhook_endpoint.update', 'webhook_endpoint.delete', 'webhook_endpoint.rotate_secret', 'webhook_endpoint.test',
  'webhook_endpoint.replay', 'webhook_delivery.replay', 'callback_secret.rotate',
  'operator.create', 'operator.change_role', 'operator.replace_key', 'operator.disable', 'session.open', 'session.end',
  'order.note', 'order.claim', 'order.release', 'order.refresh', 'resolution.propose',
  'resolution.apply', 'resolution.approve', 'resolution.reject', 'resolution.withdraw',
  'switch.turn_on', 'switch.propose_off', 'switch.turn_off', 'budget.propose', 'budget.set'));
