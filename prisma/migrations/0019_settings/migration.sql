-- CreateEnum
CREATE TYPE "RevisionOrigin" AS ENUM ('edited', 'imported', 'restored', 'certificates', 'destination');

-- CreateEnum
CREATE TYPE "TrustList" AS ENUM ('bootstrap_vm', 'cluster', 'panel');

-- CreateEnum
CREATE TYPE "DoctorState" AS ENUM ('queued', 'running', 'finished', 'failed');

-- CreateEnum
CREATE TYPE "DoctorAsker" AS ENUM ('doctor', 'settings');

-- CreateEnum
CREATE TYPE "FindingSeverity" AS ENUM ('ok', 'skipped', 'notice', 'warning', 'error');

-- CreateTable
CREATE TABLE "ConfigRevision" (
    "number" INTEGER NOT NULL,
    "documentEncrypted" TEXT NOT NULL,
    "typeVersion" TEXT NOT NULL,
    "origin" "RevisionOrigin" NOT NULL,
    "restoredFrom" INTEGER,
    "difference" JSONB NOT NULL,
    "differenceCount" INTEGER NOT NULL,
    "createdById" UUID,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConfigRevision_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "Certificate" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "pem" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "notBefore" TIMESTAMPTZ(3) NOT NULL,
    "notAfter" TIMESTAMPTZ(3) NOT NULL,
    "isAuthority" BOOLEAN NOT NULL,
    "isSelfSigned" BOOLEAN NOT NULL,
    "replacedById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CertificateEntry" (
    "list" "TrustList" NOT NULL,
    "certificateId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "CertificateEntry_pkey" PRIMARY KEY ("list","certificateId")
);

-- CreateTable
CREATE TABLE "DoctorRun" (
    "id" UUID NOT NULL,
    "state" "DoctorState" NOT NULL DEFAULT 'queued',
    "askedBy" "DoctorAsker" NOT NULL,
    "host" TEXT NOT NULL,
    "basePath" TEXT NOT NULL DEFAULT '',
    "question" JSONB NOT NULL,
    "findings" JSONB NOT NULL DEFAULT '[]',
    "worst" "FindingSeverity",
    "workerName" TEXT,
    "createdById" UUID,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DoctorRun_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ConfigRevision_createdById_idx" ON "ConfigRevision"("createdById");

-- CreateIndex
CREATE UNIQUE INDEX "Certificate_name_key" ON "Certificate"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Certificate_fingerprint_key" ON "Certificate"("fingerprint");

-- CreateIndex
CREATE INDEX "Certificate_notAfter_idx" ON "Certificate"("notAfter");

-- CreateIndex
CREATE INDEX "Certificate_replacedById_idx" ON "Certificate"("replacedById");

-- CreateIndex
CREATE INDEX "CertificateEntry_certificateId_idx" ON "CertificateEntry"("certificateId");

-- CreateIndex
CREATE INDEX "CertificateEntry_until_idx" ON "CertificateEntry"("until");

-- CreateIndex
CREATE INDEX "DoctorRun_createdAt_idx" ON "DoctorRun"("createdAt");

-- CreateIndex
CREATE INDEX "DoctorRun_host_createdAt_idx" ON "DoctorRun"("host", "createdAt");

-- CreateIndex
CREATE INDEX "DoctorRun_createdById_idx" ON "DoctorRun"("createdById");

-- AddForeignKey
ALTER TABLE "ConfigRevision" ADD CONSTRAINT "ConfigRevision_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_replacedById_fkey" FOREIGN KEY ("replacedById") REFERENCES "Certificate"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CertificateEntry" ADD CONSTRAINT "CertificateEntry_certificateId_fkey" FOREIGN KEY ("certificateId") REFERENCES "Certificate"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DoctorRun" ADD CONSTRAINT "DoctorRun_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
