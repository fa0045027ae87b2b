-- CreateTable
CREATE TABLE "ChecklistTick" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "environment" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "tickedById" UUID,
    "tickedByName" TEXT NOT NULL,
    "tickedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ChecklistTick_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ChecklistTick_tickedById_idx" ON "ChecklistTick"("tickedById");

-- CreateIndex
CREATE UNIQUE INDEX "ChecklistTick_organizationId_environment_item_key" ON "ChecklistTick"("organizationId", "environment", "item") NULLS NOT DISTINCT;

-- AddForeignKey
ALTER TABLE "ChecklistTick" ADD CONSTRAINT "ChecklistTick_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChecklistTick" ADD CONSTRAINT "ChecklistTick_tickedById_fkey" FOREIGN KEY ("tickedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
