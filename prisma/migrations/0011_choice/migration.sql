-- CreateEnum
CREATE TYPE "OfferSource" AS ENUM ('own_registries', 'shared_destination');

-- CreateEnum
CREATE TYPE "OfferRule" AS ENUM ('required', 'withheld');

-- AlterTable
ALTER TABLE "Selection" ADD COLUMN     "restoredFrom" INTEGER;

-- CreateTable
CREATE TABLE "Offer" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "destinationId" UUID,
    "readsFrom" "OfferSource" NOT NULL DEFAULT 'own_registries',
    "publishOnSave" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OfferRelease" (
    "offerId" UUID NOT NULL,
    "releaseId" UUID NOT NULL,

    CONSTRAINT "OfferRelease_pkey" PRIMARY KEY ("offerId","releaseId")
);

-- CreateTable
CREATE TABLE "OfferComponent" (
    "offerId" UUID NOT NULL,
    "componentId" UUID NOT NULL,
    "rule" "OfferRule" NOT NULL,

    CONSTRAINT "OfferComponent_pkey" PRIMARY KEY ("offerId","componentId")
);

-- CreateTable
CREATE TABLE "Publication" (
    "id" BIGSERIAL NOT NULL,
    "organizationId" UUID,
    "destinationId" UUID NOT NULL,
    "repository" TEXT NOT NULL,
    "tag" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL,
    "componentId" UUID,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Offer_organizationId_key" ON "Offer"("organizationId") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "Offer_destinationId_idx" ON "Offer"("destinationId");

-- CreateIndex
CREATE INDEX "OfferRelease_releaseId_idx" ON "OfferRelease"("releaseId");

-- CreateIndex
CREATE INDEX "OfferComponent_componentId_idx" ON "OfferComponent"("componentId");

-- CreateIndex
CREATE INDEX "Publication_organizationId_idx" ON "Publication"("organizationId");

-- CreateIndex
CREATE INDEX "Publication_componentId_idx" ON "Publication"("componentId");

-- CreateIndex
CREATE UNIQUE INDEX "Publication_destinationId_organizationId_repository_tag_dig_key" ON "Publication"("destinationId", "organizationId", "repository", "tag", "digest") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "Selection_releaseId_idx" ON "Selection"("releaseId");

-- CreateIndex
CREATE INDEX "Selection_createdById_idx" ON "Selection"("createdById");

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_destinationId_fkey" FOREIGN KEY ("destinationId") REFERENCES "Destination"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfferRelease" ADD CONSTRAINT "OfferRelease_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES "Offer"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfferRelease" ADD CONSTRAINT "OfferRelease_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfferComponent" ADD CONSTRAINT "OfferComponent_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES "Offer"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfferComponent" ADD CONSTRAINT "OfferComponent_componentId_fkey" FOREIGN KEY ("componentId") REFERENCES "Component"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Publication" ADD CONSTRAINT "Publication_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Publication" ADD CONSTRAINT "Publication_destinationId_fkey" FOREIGN KEY ("destinationId") REFERENCES "Destination"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Publication" ADD CONSTRAINT "Publication_componentId_fkey" FOREIGN KEY ("componentId") REFERENCES "Component"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The offer for all must say where to.
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_destination_check" CHECK ("organizationId" IS NOT NULL OR "destinationId" IS NOT NULL);

-- What jobs have brought so far.
INSERT INTO "Publication" ("organizationId", "destinationId", "repository", "tag", "digest", "componentId", "publishedAt")
SELECT DISTINCT ON (j."destinationId", j."organizationId", t."targetRepository", t."tag", t."finalDigest")
       j."organizationId", j."destinationId", t."targetRepository", t."tag", t."finalDigest", t."componentId",
       coalesce(t."finishedAt", j."createdAt")
  FROM "MirrorTask" t JOIN "MirrorJob" j ON j."id" = t."jobId"
 WHERE j."kind" IN ('mirror', 'import_bundle') AND j."destinationId" IS NOT NULL
   AND t."state" IN ('succeeded', 'skipped') AND t."finalDigest" IS NOT NULL
 ORDER BY j."destinationId", j."organizationId", t."targetRepository", t."tag", t."finalDigest", t."finishedAt" DESC;
