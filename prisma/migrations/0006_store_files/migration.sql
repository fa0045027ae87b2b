-- AlterTable
ALTER TABLE "Bundle" ADD COLUMN     "loose" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "BundleStore" ADD COLUMN     "scannedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "MirrorJob" ADD COLUMN     "exportFormat" "BundleFormat",
ADD COLUMN     "extraChecksums" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "extraFiles" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "StoreFile" (
    "storeId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "removing" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "StoreFile_pkey" PRIMARY KEY ("storeId","name")
);

-- AddForeignKey
ALTER TABLE "StoreFile" ADD CONSTRAINT "StoreFile_storeId_fkey" FOREIGN KEY ("storeId") REFERENCES "BundleStore"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Every export so far wrote a Drayage bundle.
UPDATE "MirrorJob" SET "exportFormat" = 'drayage' WHERE "kind" = 'export_bundle';
