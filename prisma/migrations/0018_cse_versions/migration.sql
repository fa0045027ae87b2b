-- CreateTable
CREATE TABLE "CseVersion" (
    "version" TEXT NOT NULL,
    "gettingStartedTag" TEXT,
    "capvcd" TEXT,
    "cloudProvider" TEXT,
    "csiDriver" TEXT,
    "rdeProjector" TEXT,
    "clusterType" TEXT,

    CONSTRAINT "CseVersion_pkey" PRIMARY KEY ("version")
);

-- As `defaultCseVersions`.
INSERT INTO "CseVersion"
  ("version", "gettingStartedTag", "capvcd", "cloudProvider", "csiDriver", "rdeProjector", "clusterType")
VALUES
  ('4.2.3', NULL, '1.3.2', '1.6.1', '1.6.0', '0.7.1', '1.3.0'),
  ('4.2.2', 'v0.1.4', '1.3.0', '1.6.0', '1.6.0', '0.7.1', '1.3.0'),
  ('4.2.1', 'v0.1.3', '1.3.0', '1.6.0', '1.6.0', '0.7.0', '1.3.0'),
  ('4.2', 'v0.1.2', '1.2.0', '1.5.0', '1.5.0', '0.7.0', '1.3.0'),
  ('4.1', NULL, '1.1.0', '1.4.0', '1.4.0', '0.6.0', '1.2.0');
