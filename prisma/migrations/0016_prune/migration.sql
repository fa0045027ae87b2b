-- CreateEnum
CREATE TYPE "PruneWhy" AS ENUM ('unselected', 'superseded', 'elsewhere');

-- CreateEnum
CREATE TYPE "PruneResult" AS ENUM ('removed', 'released', 'left');

-- CreateEnum
CREATE TYPE "PruneRemoves" AS ENUM ('manifest', 'tag');

-- CreateEnum
CREATE TYPE "PrunedKind" AS ENUM ('image', 'index', 'bundle', 'bundle_image', 'referrer', 'companion');

-- CreateEnum
CREATE TYPE "PruneState" AS ENUM ('planned', 'deleted', 'absent', 'kept', 'tag_stays', 'refused', 'unclear');

-- CreateEnum
CREATE TYPE "KeptBy" AS ENUM ('kept_tag', 'kept_digest', 'unknown_tag', 'moved_tag', 'new_tag', 'new_referrer', 'not_deleted');

-- CreateEnum
CREATE TYPE "KeptLink" AS ENUM ('index', 'bundle', 'referrer', 'subject', 'companion');

-- AlterTable
ALTER TABLE "MirrorTask" ADD COLUMN     "prunePlannedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "PruneImage" (
    "taskId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "tag" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL,
    "why" "PruneWhy" NOT NULL,
    "result" "PruneResult",

    CONSTRAINT "PruneImage_pkey" PRIMARY KEY ("taskId","position")
);

-- CreateTable
CREATE TABLE "PruneDeletion" (
    "taskId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "removes" "PruneRemoves" NOT NULL,
    "digest" TEXT NOT NULL,
    "tags" TEXT[],
    "kind" "PrunedKind" NOT NULL,
    "belongsTo" TEXT,
    "why" "PruneWhy",
    "sizeBytes" BIGINT,
    "state" "PruneState" NOT NULL DEFAULT 'planned',
    "keptBy" "KeptBy",
    "keptName" TEXT,
    "through" TEXT,
    "throughAs" "KeptLink",
    "errorCode" TEXT,
    "errorFacts" JSONB,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PruneDeletion_pkey" PRIMARY KEY ("taskId","position")
);

-- CreateTable
CREATE TABLE "PruneKept" (
    "taskId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "tags" TEXT[],
    "keptBy" "KeptBy" NOT NULL,
    "keptName" TEXT NOT NULL,
    "through" TEXT,
    "throughAs" "KeptLink",
    "forSelf" BOOLEAN NOT NULL DEFAULT false,
    "forProvider" BOOLEAN NOT NULL DEFAULT false,
    "forOthers" UUID[] DEFAULT ARRAY[]::UUID[],

    CONSTRAINT "PruneKept_pkey" PRIMARY KEY ("taskId","position")
);

-- CreateIndex
CREATE INDEX "PruneDeletion_endedAt_idx" ON "PruneDeletion"("endedAt");

-- AddForeignKey
ALTER TABLE "PruneImage" ADD CONSTRAINT "PruneImage_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "MirrorTask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PruneDeletion" ADD CONSTRAINT "PruneDeletion_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "MirrorTask"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PruneKept" ADD CONSTRAINT "PruneKept_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "MirrorTask"("id") ON DELETE CASCADE ON UPDATE CASCADE;
