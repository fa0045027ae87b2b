-- AlterTable
ALTER TABLE "Component" ADD COLUMN     "errorCode" TEXT,
ADD COLUMN     "errorFacts" JSONB,
ADD COLUMN     "foundIn" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "moreTargets" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "movedAt" TIMESTAMPTZ(3),
ADD COLUMN     "movedFrom" TEXT,
ADD COLUMN     "part" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "problems" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "refreshedAt" TIMESTAMPTZ(3),
ADD COLUMN     "request" JSONB,
ADD COLUMN     "source" TEXT NOT NULL DEFAULT '';
