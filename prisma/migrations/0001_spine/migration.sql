-- CreateEnum
CREATE TYPE "Role" AS ENUM ('provider', 'tenant_admin', 'auditor');

-- CreateEnum
CREATE TYPE "LinkPurpose" AS ENUM ('setup', 'sign_in');

-- CreateEnum
CREATE TYPE "TlsMode" AS ENUM ('verify', 'skip_verify', 'plain_http');

-- CreateEnum
CREATE TYPE "HealthState" AS ENUM ('unknown', 'healthy', 'unhealthy');

-- CreateEnum
CREATE TYPE "ReleaseKind" AS ENUM ('tkg', 'getting_started_airgapped', 'tanzu_plugins', 'list');

-- CreateEnum
CREATE TYPE "ComponentKind" AS ENUM ('image', 'bundle');

-- CreateEnum
CREATE TYPE "JobKind" AS ENUM ('mirror', 'export_bundle', 'import_bundle', 'verify', 'refresh_catalog', 'prune');

-- CreateEnum
CREATE TYPE "JobState" AS ENUM ('queued', 'planning', 'planned', 'running', 'succeeded', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "TaskState" AS ENUM ('queued', 'running', 'retrying', 'waiting', 'succeeded', 'skipped', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "BlobOutcome" AS ENUM ('present', 'mounted', 'transferred');

-- CreateEnum
CREATE TYPE "JobEventKind" AS ENUM ('job_state', 'task_state', 'retry', 'wait', 'mount', 'skip', 'error', 'truncated');

-- CreateEnum
CREATE TYPE "BundleState" AS ENUM ('writing', 'complete', 'failed');

-- CreateTable
CREATE TABLE "Organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "organizationId" UUID,
    "passwordHash" TEXT,
    "locale" TEXT,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSignInAt" TIMESTAMPTZ(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "userAgent" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OneTimeLink" (
    "id" UUID NOT NULL,
    "purpose" "LinkPurpose" NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "userId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "OneTimeLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInFailure" (
    "id" BIGSERIAL NOT NULL,
    "username" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInFailure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Registry" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "tlsMode" "TlsMode" NOT NULL DEFAULT 'verify',
    "caPem" TEXT,
    "username" TEXT,
    "passwordEncrypted" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "health" "HealthState" NOT NULL DEFAULT 'unknown',
    "probedAt" TIMESTAMPTZ(3),
    "probeLatencyMs" INTEGER,
    "probeErrorCode" TEXT,
    "probeErrorFacts" JSONB,

    CONSTRAINT "Registry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Destination" (
    "id" UUID NOT NULL,
    "registryId" UUID NOT NULL,
    "basePath" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Destination_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Release" (
    "id" UUID NOT NULL,
    "kind" "ReleaseKind" NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "document" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Component" (
    "id" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "ComponentKind" NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "sourceHost" TEXT NOT NULL,
    "sourceRepository" TEXT NOT NULL,
    "tag" TEXT,
    "digest" TEXT,
    "targetPath" TEXT NOT NULL,
    "resolvedDigest" TEXT,
    "sizeBytes" BIGINT,
    "platforms" TEXT[],
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Component_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Selection" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "releaseId" UUID NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Selection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SelectionComponent" (
    "selectionId" UUID NOT NULL,
    "componentId" UUID NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "SelectionComponent_pkey" PRIMARY KEY ("selectionId","componentId")
);

-- CreateTable
CREATE TABLE "MirrorJob" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "organizationId" UUID,
    "kind" "JobKind" NOT NULL DEFAULT 'mirror',
    "state" "JobState" NOT NULL DEFAULT 'queued',
    "sourceRegistryId" UUID,
    "sourceBasePath" TEXT NOT NULL DEFAULT '',
    "destinationId" UUID,
    "startedById" UUID,
    "holdAfterPlanning" BOOLEAN NOT NULL DEFAULT false,
    "run" INTEGER NOT NULL DEFAULT 1,
    "planTotal" INTEGER NOT NULL DEFAULT 0,
    "planResolved" INTEGER NOT NULL DEFAULT 0,
    "errorCode" TEXT,
    "errorFacts" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "cancelRequestedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MirrorJob_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "JobRelease" (
    "jobId" UUID NOT NULL,
    "releaseId" UUID NOT NULL,

    CONSTRAINT "JobRelease_pkey" PRIMARY KEY ("jobId","releaseId")
);

-- CreateTable
CREATE TABLE "MirrorTask" (
    "id" UUID NOT NULL,
    "jobId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "componentId" UUID,
    "kind" "ComponentKind" NOT NULL,
    "originalName" TEXT NOT NULL,
    "sourceRepository" TEXT NOT NULL,
    "targetRepository" TEXT NOT NULL,
    "tag" TEXT NOT NULL DEFAULT '',
    "plannedDigest" TEXT,
    "finalDigest" TEXT,
    "mediaType" TEXT,
    "platforms" TEXT[],
    "sizeBytes" BIGINT,
    "state" "TaskState" NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "workerId" UUID,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "blobsTotal" INTEGER NOT NULL DEFAULT 0,
    "blobsPresent" INTEGER NOT NULL DEFAULT 0,
    "blobsMounted" INTEGER NOT NULL DEFAULT 0,
    "blobsTransferred" INTEGER NOT NULL DEFAULT 0,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "retries" INTEGER NOT NULL DEFAULT 0,
    "eventCount" INTEGER NOT NULL DEFAULT 0,
    "errorCode" TEXT,
    "errorFacts" JSONB,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MirrorTask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "JobBlob" (
    "jobId" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "outcome" "BlobOutcome",

    CONSTRAINT "JobBlob_pkey" PRIMARY KEY ("jobId","digest")
);

-- CreateTable
CREATE TABLE "JobRate" (
    "jobId" UUID NOT NULL,
    "workerId" UUID NOT NULL,
    "bytesPerSecond" DOUBLE PRECISION NOT NULL,
    "measuredAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "JobRate_pkey" PRIMARY KEY ("jobId","workerId")
);

-- CreateTable
CREATE TABLE "JobEvent" (
    "id" BIGSERIAL NOT NULL,
    "jobId" UUID NOT NULL,
    "taskId" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" "JobEventKind" NOT NULL,
    "state" TEXT,
    "code" TEXT,
    "facts" JSONB,

    CONSTRAINT "JobEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Placement" (
    "destinationId" UUID NOT NULL,
    "repository" TEXT NOT NULL,
    "tag" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "verifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "taskId" UUID,

    CONSTRAINT "Placement_pkey" PRIMARY KEY ("destinationId","repository","tag")
);

-- CreateTable
CREATE TABLE "Bundle" (
    "id" UUID NOT NULL,
    "organizationId" UUID,
    "jobId" UUID,
    "name" TEXT NOT NULL,
    "state" "BundleState" NOT NULL DEFAULT 'writing',
    "folder" TEXT NOT NULL,
    "sizeBytes" BIGINT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Bundle_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Worker" (
    "id" UUID NOT NULL,
    "hostname" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "concurrency" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stoppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actorId" UUID,
    "actorName" TEXT NOT NULL,
    "role" TEXT,
    "organizationId" UUID,
    "action" TEXT NOT NULL,
    "objectType" TEXT NOT NULL,
    "objectId" TEXT NOT NULL,
    "objectName" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "requestId" TEXT NOT NULL,
    "address" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Organization_name_key" ON "Organization"("name");

-- CreateIndex
CREATE UNIQUE INDEX "User_username_key" ON "User"("username");

-- CreateIndex
CREATE INDEX "User_organizationId_idx" ON "User"("organizationId");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "OneTimeLink_tokenHash_key" ON "OneTimeLink"("tokenHash");

-- CreateIndex
CREATE INDEX "OneTimeLink_userId_idx" ON "OneTimeLink"("userId");

-- CreateIndex
CREATE INDEX "SignInFailure_username_at_idx" ON "SignInFailure"("username", "at");

-- CreateIndex
CREATE INDEX "SignInFailure_address_at_idx" ON "SignInFailure"("address", "at");

-- CreateIndex
CREATE INDEX "SignInFailure_at_idx" ON "SignInFailure"("at");

-- CreateIndex
CREATE INDEX "Registry_host_idx" ON "Registry"("host");

-- CreateIndex
CREATE UNIQUE INDEX "Registry_organizationId_name_key" ON "Registry"("organizationId", "name") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "Destination_registryId_basePath_key" ON "Destination"("registryId", "basePath");

-- CreateIndex
CREATE UNIQUE INDEX "Release_name_version_key" ON "Release"("name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "Component_releaseId_position_key" ON "Component"("releaseId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Selection_organizationId_releaseId_revision_key" ON "Selection"("organizationId", "releaseId", "revision") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "MirrorJob_number_key" ON "MirrorJob"("number");

-- CreateIndex
CREATE INDEX "MirrorJob_organizationId_createdAt_idx" ON "MirrorJob"("organizationId", "createdAt");

-- CreateIndex
CREATE INDEX "MirrorJob_state_idx" ON "MirrorJob"("state");

-- CreateIndex
CREATE INDEX "MirrorJob_createdAt_idx" ON "MirrorJob"("createdAt");

-- CreateIndex
CREATE INDEX "MirrorJob_destinationId_idx" ON "MirrorJob"("destinationId");

-- CreateIndex
CREATE INDEX "MirrorJob_sourceRegistryId_idx" ON "MirrorJob"("sourceRegistryId");

-- CreateIndex
CREATE INDEX "JobRelease_releaseId_idx" ON "JobRelease"("releaseId");

-- CreateIndex
CREATE INDEX "MirrorTask_jobId_state_idx" ON "MirrorTask"("jobId", "state");

-- CreateIndex
CREATE INDEX "MirrorTask_componentId_idx" ON "MirrorTask"("componentId");

-- CreateIndex
CREATE UNIQUE INDEX "MirrorTask_jobId_position_key" ON "MirrorTask"("jobId", "position");

-- CreateIndex
CREATE INDEX "JobEvent_jobId_id_idx" ON "JobEvent"("jobId", "id");

-- CreateIndex
CREATE INDEX "JobEvent_taskId_id_idx" ON "JobEvent"("taskId", "id");

-- CreateIndex
CREATE INDEX "Placement_taskId_idx" ON "Placement"("taskId");

-- CreateIndex
CREATE INDEX "Bundle_organizationId_idx" ON "Bundle"("organizationId");

-- CreateIndex
CREATE INDEX "Bundle_jobId_idx" ON "Bundle"("jobId");

-- CreateIndex
CREATE INDEX "Worker_heartbeatAt_idx" ON "Worker"("heartbeatAt");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");

-- CreateIndex
CREATE INDEX "AuditEntry_actorId_at_idx" ON "AuditEntry"("actorId", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_at_idx" ON "AuditEntry"("organizationId", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_objectType_objectId_idx" ON "AuditEntry"("objectType", "objectId");

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OneTimeLink" ADD CONSTRAINT "OneTimeLink_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Registry" ADD CONSTRAINT "Registry_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Destination" ADD CONSTRAINT "Destination_registryId_fkey" FOREIGN KEY ("registryId") REFERENCES "Registry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Component" ADD CONSTRAINT "Component_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Selection" ADD CONSTRAINT "Selection_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Selection" ADD CONSTRAINT "Selection_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Selection" ADD CONSTRAINT "Selection_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SelectionComponent" ADD CONSTRAINT "SelectionComponent_selectionId_fkey" FOREIGN KEY ("selectionId") REFERENCES "Selection"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SelectionComponent" ADD CONSTRAINT "SelectionComponent_componentId_fkey" FOREIGN KEY ("componentId") REFERENCES "Component"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_sourceRegistryId_fkey" FOREIGN KEY ("sourceRegistryId") REFERENCES "Registry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_destinationId_fkey" FOREIGN KEY ("destinationId") REFERENCES "Destination"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorJob" ADD CONSTRAINT "MirrorJob_startedById_fkey" FOREIGN KEY ("startedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobRelease" ADD CONSTRAINT "JobRelease_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobRelease" ADD CONSTRAINT "JobRelease_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorTask" ADD CONSTRAINT "MirrorTask_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MirrorTask" ADD CONSTRAINT "MirrorTask_componentId_fkey" FOREIGN KEY ("componentId") REFERENCES "Component"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobBlob" ADD CONSTRAINT "JobBlob_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobRate" ADD CONSTRAINT "JobRate_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobEvent" ADD CONSTRAINT "JobEvent_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobEvent" ADD CONSTRAINT "JobEvent_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "MirrorTask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Placement" ADD CONSTRAINT "Placement_destinationId_fkey" FOREIGN KEY ("destinationId") REFERENCES "Destination"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Placement" ADD CONSTRAINT "Placement_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "MirrorTask"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Bundle" ADD CONSTRAINT "Bundle_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Bundle" ADD CONSTRAINT "Bundle_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What the schema language cannot say: who belongs to an organization, and what names a component.
ALTER TABLE "User" ADD CONSTRAINT "User_organization_by_role"
  CHECK (("role" = 'tenant_admin') = ("organizationId" IS NOT NULL));
ALTER TABLE "Component" ADD CONSTRAINT "Component_tag_or_digest" CHECK (num_nonnulls("tag", "digest") = 1);
