-- What of a line for all orders of a project is each one's, once the rule has allocated it. It counts as long as the
-- statement does. The books have it as transfers of the break.
CREATE TABLE line_allocations (
  statement_id TEXT NOT NULL,
  line         INTEGER NOT NULL,
  order_id     TEXT NOT NULL,
  break_id     TEXT NOT NULL,
  -- Number of its transfer among those of the break.
  leg          SMALLINT NOT NULL,
  grams        BIGINT NOT NULL,
  net_units    BIGINT NOT NULL,
  tax_units    BIGINT NOT NULL,

  CONSTRAINT line_allocations_pkey PRIMARY KEY (statement_id, line, order_id),
  CONSTRAINT line_allocations_statement_id_line_fkey FOREIGN KEY (statement_id, line)
    REFERENCES statement_lines (statement_id, line) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT line_allocations_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT line_allocations_break_id_fkey FOREIGN KEY (break_id) REFERENCES breaks (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX line_allocations_break_id_leg_key ON line_allocations (break_id, leg);
CREATE INDEX line_allocations_order_id_idx ON line_allocations (order_id);
CREATE TRIGGER line_allocations_append_only BEFORE UPDATE OR DELETE ON line_allocations
  FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER not_truncated BEFORE TRUNCATE ON line_allocations FOR EACH STATEMENT EXECUTE FUNCTION not_truncated();
