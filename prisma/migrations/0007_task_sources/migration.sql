-- AlterTable
ALTER TABLE "MirrorTask" ADD COLUMN     "sourceHost" TEXT NOT NULL DEFAULT '';

-- So far every image of a job came from the one registry of the job.
UPDATE "MirrorTask" t SET "sourceHost" = r."host"
  FROM "MirrorJob" j JOIN "Registry" r ON r."id" = j."sourceRegistryId"
 WHERE j."id" = t."jobId";
