-- The statements that had moved the books of a month when it was closed: their files are evidence of the closing, beside the
-- exports that it has kept.
ALTER TABLE period_closings ADD COLUMN statements TEXT[] DEFAULT ARRAY[]::TEXT[];
