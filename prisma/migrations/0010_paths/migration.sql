-- AlterTable
ALTER TABLE "Component" ADD COLUMN     "sourcePath" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "SourceRewrite" (
    "id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "SourceRewrite_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TargetRule" (
    "id" UUID NOT NULL,
    "releaseKind" "ReleaseKind" NOT NULL,
    "position" INTEGER NOT NULL,
    "match" TEXT NOT NULL,
    "targets" JSONB NOT NULL,
    "builtIn" TEXT,

    CONSTRAINT "TargetRule_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "SourceRewrite_position_key" ON "SourceRewrite"("position");

-- CreateIndex
CREATE UNIQUE INDEX "TargetRule_releaseKind_position_key" ON "TargetRule"("releaseKind", "position");

-- The vendor's registry has moved, and the lists of all its releases name the old host. As `defaultSourceRewrites`.
INSERT INTO "SourceRewrite" ("id", "position", "from", "to", "enabled")
VALUES (gen_random_uuid(), 1, 'projects.registry.vmware.com', 'projects.packages.broadcom.com', true);

-- As `defaultMappingRules`.
INSERT INTO "TargetRule" ("id", "releaseKind", "position", "match", "targets", "builtIn")
VALUES
  (gen_random_uuid(), 'getting_started_airgapped', 1, '**/cluster-api/*',
   '[{"template": "vmware-cloud-director/{path}", "documented": true}, {"template": "vmware-cloud-director/{name}", "documented": false}]',
   'cluster-api'),
  (gen_random_uuid(), 'getting_started_airgapped', 2, '**/jetstack/cert-manager-*',
   '[{"template": "vmware-cloud-director/{path}", "documented": true}, {"template": "vmware-cloud-director/{name}", "documented": false}]',
   'cert-manager'),
  (gen_random_uuid(), 'getting_started_airgapped', 3, '**',
   '[{"template": "vmware-cloud-director/{path}", "documented": true}]', 'getting-started-airgapped'),
  (gen_random_uuid(), 'tkg', 1, '**', '[{"template": "tkg/{path}", "documented": true}]', 'tkg'),
  (gen_random_uuid(), 'tanzu_plugins', 1, '**',
   '[{"template": "tanzu_cli/plugins/{path}", "documented": true}]', 'tanzu-plugins'),
  (gen_random_uuid(), 'list', 1, '**', '[{"template": "{path}", "documented": true}]', 'list');
