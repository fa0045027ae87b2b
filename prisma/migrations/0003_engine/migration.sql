-- CreateEnum
CREATE TYPE "Verdict" AS ENUM ('same', 'missing', 'different', 'damaged');

-- AlterTable
ALTER TABLE "MirrorJob" ADD COLUMN     "foreignLayers" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "limitedRegistry" TEXT,
ADD COLUMN     "limitedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "platforms" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "readBlobs" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "referrers" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "MirrorTask" ADD COLUMN     "foreignBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "foreignLayers" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "platformsLeftOut" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "targetDigest" TEXT,
ADD COLUMN     "verdict" "Verdict";

-- AlterTable
ALTER TABLE "Registry" ADD COLUMN     "bytesPerSecond" BIGINT,
ADD COLUMN     "clientCertPem" TEXT,
ADD COLUMN     "clientKeyEncrypted" TEXT,
ADD COLUMN     "noProxy" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "proxyPasswordEncrypted" TEXT,
ADD COLUMN     "proxyUrl" TEXT,
ADD COLUMN     "proxyUsername" TEXT,
ADD COLUMN     "requestsPerSecond" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "BlobLease" (
    "origin" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "ownerId" UUID,
    "repository" TEXT,
    "organizationId" UUID,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BlobLease_pkey" PRIMARY KEY ("origin","digest")
);

-- CreateIndex
CREATE INDEX "BlobLease_expiresAt_idx" ON "BlobLease"("expiresAt");

-- CreateIndex
CREATE INDEX "BlobLease_ownerId_idx" ON "BlobLease"("ownerId");
