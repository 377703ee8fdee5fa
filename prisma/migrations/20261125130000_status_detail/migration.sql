-- Why an order is in its status, as a sentence with the numbers. Adding a column without a default rewrites nothing.
ALTER TABLE "orders" ADD COLUMN "status_detail" TEXT;
