-- The acts of the audit, and that a person asks a provider whether it is there.
DO $$
DECLARE
  known CONSTANT text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'audit_log_act');
BEGIN
  ALTER TABLE audit_log DROP CONSTRAINT audit_log_act;
  EXECUTE 'ALTER TABLE audit_log ADD CONSTRAINT audit_log_act ' || replace(known, ']))',
    ', ''provider.probe''::text]))');
END $$;
