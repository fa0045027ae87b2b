-- CreateIndex
CREATE INDEX "Component_sourceHost_sourceRepository_tag_idx" ON "Component"("sourceHost", "sourceRepository", "tag");
