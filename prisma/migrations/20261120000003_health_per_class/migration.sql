-- A provider fails by kinds of calls: each is stopped by itself. What was kept so far was about purchases.
ALTER TABLE "provider_health" ADD COLUMN "operation_class" TEXT NOT NULL DEFAULT 'purchases';
ALTER TABLE "provider_health" ALTER COLUMN "operation_class" DROP DEFAULT;
ALTER TABLE "provider_health"
  DROP CONSTRAINT "provider_health_pkey",
  ADD CONSTRAINT "provider_health_pkey" PRIMARY KEY ("provider", "operation_class"),
  ADD CONSTRAINT provider_health_operation_class CHECK (operation_class IN ('purchases', 'status', 'catalogue'));
