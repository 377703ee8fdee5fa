-- With the usual sample of a hundred, one order in it that has a rare label made that label look common: of a million
-- orders 84,000 were then read, from the newest back, for the twenty that have it. The next ANALYZE takes the larger one.
ALTER TABLE orders ALTER COLUMN labels SET STATISTICS 1000;
