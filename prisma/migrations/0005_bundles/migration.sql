-- Nothing has ever written this table.
DROP TABLE "Bundle";
DROP TYPE "BundleState";

-- CreateEnum
CREATE TYPE "BundleState" AS ENUM ('uploading', 'writing', 'unfinished', 'unchecked', 'sound', 'damaged', 'missing');

-- CreateEnum
CREATE TYPE "BundleOrigin" AS ENUM ('exported', 'uploaded', 'found');

-- CreateEnum
CREATE TYPE "BundleFormat" AS ENUM ('drayage', 'imgpkg', 'tanzu_plugins', 'docker_archive', 'oci_layout');

-- CreateTable
CREATE TABLE "Bundle" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "storeId" UUID NOT NULL,
    "folder" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "origin" "BundleOrigin" NOT NULL,
    "state" "BundleState" NOT NULL,
    "format" "BundleFormat",
    "contentId" TEXT,
    "baseContentId" TEXT,
    "baseName" TEXT,
    "tool" TEXT,
    "madeAt" TIMESTAMPTZ(3),
    "signedBy" TEXT,
    "signedKeyPem" TEXT,
    "sizeBytes" BIGINT,
    "imageCount" INTEGER NOT NULL DEFAULT 0,
    "checkedBytes" BIGINT NOT NULL DEFAULT 0,
    "checkBytes" BIGINT NOT NULL DEFAULT 0,
    "checkedAt" TIMESTAMPTZ(3),
    "findings" JSONB NOT NULL DEFAULT '[]',
    "releases" JSONB NOT NULL DEFAULT '[]',
    "extraFiles" JSONB NOT NULL DEFAULT '[]',
    "removing" BOOLEAN NOT NULL DEFAULT false,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Bundle_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "MirrorJob" ADD COLUMN     "baseBundleId" UUID,
ADD COLUMN     "bundleId" UUID,
ADD COLUMN     "createReleases" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "importFolder" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "proofBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "provenBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "sign" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "volumeBytes" BIGINT;

-- CreateTable
CREATE TABLE "BundleStore" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BundleStore_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StoreHolder" (
    "storeId" UUID NOT NULL,
    "workerId" UUID NOT NULL,
    "freeBytes" BIGINT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StoreHolder_pkey" PRIMARY KEY ("storeId","workerId")
);

-- CreateTable
CREATE TABLE "BundleImage" (
    "bundleId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "ComponentKind" NOT NULL DEFAULT 'image',
    "repository" TEXT NOT NULL,
    "tag" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL,
    "original" TEXT NOT NULL,
    "inBase" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "BundleImage_pkey" PRIMARY KEY ("bundleId","position")
);

-- CreateTable
CREATE TABLE "BundleFile" (
    "bundleId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "BundleFile_pkey" PRIMARY KEY ("bundleId","name")
);

-- CreateTable
CREATE TABLE "TrustedKey" (
    "fingerprint" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "publicKeyPem" TEXT NOT NULL,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TrustedKey_pkey" PRIMARY KEY ("fingerprint")
);

-- CreateTable
CREATE TABLE "SigningKey" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "fingerprint" TEXT NOT NULL,
    "publicKeyPem" TEXT NOT NULL,
    "privateKeyEncrypted" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SigningKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "StoreHolder_workerId_idx" ON "StoreHolder"("workerId");

-- CreateIndex
CREATE INDEX "TrustedKey_createdById_idx" ON "TrustedKey"("createdById");

-- CreateIndex
CREATE INDEX "Bundle_organizationId_idx" ON "Bundle"("organizationId");

-- CreateIndex
CREATE INDEX "Bundle_createdById_idx" ON "Bundle"("createdById");

-- CreateIndex
CREATE INDEX "Bundle_contentId_idx" ON "Bundle"("contentId");

-- CreateIndex
CREATE INDEX "Bundle_baseContentId_idx" ON "Bundle"("baseContentId");

-- CreateIndex
CREATE INDEX "Bundle_createdAt_idx" ON "Bundle"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Bundle_storeId_folder_key" ON "Bundle"("storeId", "folder");

-- CreateIndex
CREATE INDEX "MirrorJob_bundleId_idx" ON "MirrorJob"("bundleId");

-- CreateIndex
CREATE INDEX "MirrorJob_baseBundleId_idx" ON "MirrorJob"("baseBundleId");

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_bundleId_fkey" FOREIGN KEY ("bundleId") REFERENCES "Bundle"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_baseBundleId_fkey" FOREIGN KEY ("baseBundleId") REFERENCES "Bundle"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StoreHolder" ADD CONSTRAINT "StoreHolder_storeId_fkey" FOREIGN KEY ("storeId") REFERENCES "BundleStore"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StoreHolder" ADD CONSTRAINT "StoreHolder_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "Worker"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Bundle" ADD CONSTRAINT "Bundle_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Bundle" ADD CONSTRAINT "Bundle_storeId_fkey" FOREIGN KEY ("storeId") REFERENCES "BundleStore"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Bundle" ADD CONSTRAINT "Bundle_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BundleImage" ADD CONSTRAINT "BundleImage_bundleId_fkey" FOREIGN KEY ("bundleId") REFERENCES "Bundle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BundleFile" ADD CONSTRAINT "BundleFile_bundleId_fkey" FOREIGN KEY ("bundleId") REFERENCES "Bundle"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrustedKey" ADD CONSTRAINT "TrustedKey_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
