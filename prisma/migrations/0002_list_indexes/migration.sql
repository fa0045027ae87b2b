-- CreateIndex
CREATE INDEX "AuditEntry_action_at_idx" ON "AuditEntry"("action", "at");

-- CreateIndex
CREATE INDEX "MirrorJob_finishedAt_idx" ON "MirrorJob"("finishedAt");

-- CreateIndex
CREATE INDEX "SelectionComponent_componentId_idx" ON "SelectionComponent"("componentId");
