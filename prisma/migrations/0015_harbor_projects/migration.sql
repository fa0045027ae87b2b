-- AlterEnum
ALTER TYPE "JobEventKind" ADD VALUE 'notice';

-- AlterTable
ALTER TABLE "MirrorJob" ADD COLUMN     "missingProjects" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "notices" JSONB NOT NULL DEFAULT '[]';
