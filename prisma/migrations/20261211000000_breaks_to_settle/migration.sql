-- Counted with every scrape: without those that only inform, of which there may be one for each order until its invoice comes.
CREATE INDEX breaks_to_settle ON breaks (type, severity, provider, opened_at)
  WHERE status IN ('open', 'waiting') AND severity <> 'info';
