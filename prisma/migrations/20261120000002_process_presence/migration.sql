-- Which process holds a lease, and when each process was last seen: what a dead one held is free within seconds.
CREATE TABLE processes (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  seen_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

ALTER TABLE tasks ADD COLUMN leased_by uuid;

CREATE INDEX tasks_leased ON tasks (leased_by) WHERE leased_by IS NOT NULL;
