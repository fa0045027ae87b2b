-- CreateEnum
CREATE TYPE "Recheck" AS ENUM ('none', 'parts', 'content');

-- AlterTable
ALTER TABLE "MirrorTask" ADD COLUMN     "recheck" "Recheck" NOT NULL DEFAULT 'none';

-- CreateTable
CREATE TABLE "JobRepository" (
    "jobId" UUID NOT NULL,
    "repository" TEXT NOT NULL,
    "listedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "extraTags" INTEGER NOT NULL DEFAULT 0,
    "errorCode" TEXT,
    "errorFacts" JSONB,

    CONSTRAINT "JobRepository_pkey" PRIMARY KEY ("jobId","repository")
);

-- CreateTable
CREATE TABLE "JobExtra" (
    "jobId" UUID NOT NULL,
    "repository" TEXT NOT NULL,
    "tag" TEXT NOT NULL,

    CONSTRAINT "JobExtra_pkey" PRIMARY KEY ("jobId","repository","tag")
);

-- AddForeignKey
ALTER TABLE "JobRepository" ADD CONSTRAINT "JobRepository_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "MirrorJob"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobExtra" ADD CONSTRAINT "JobExtra_jobId_repository_fkey" FOREIGN KEY ("jobId", "repository") REFERENCES "JobRepository"("jobId", "repository") ON DELETE CASCADE ON UPDATE CASCADE;
