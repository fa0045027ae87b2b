-- AlterTable
ALTER TABLE "Registry" ADD COLUMN     "certificateFingerprint" TEXT,
ADD COLUMN     "certificateNotAfter" TIMESTAMPTZ(3),
ADD COLUMN     "certificateSeenAt" TIMESTAMPTZ(3),
ADD COLUMN     "certificateSubject" TEXT;
