"use client";

import { FileDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { UnknownKey } from "#components/bundles/unknown-key.tsx";
import { checkFields } from "#components/forms/check-fields.ts";
import { useAction } from "#components/forms/use-action.ts";
import { useFields } from "#components/forms/use-fields.ts";
import {
  DestinationField,
  listDestinations,
  OrganizationField,
} from "#components/start-job/destination-fields.tsx";
import { UnhealthyRegistries } from "#components/start-job/unhealthy-registries.tsx";
import { usableRegistries } from "#components/start-job/usable-registries.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { startImportAction } from "#lib/actions/bundles.ts";
import { startImportInput } from "#lib/schemas/bundles.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { BundleDetail, BundleImageView } from "#lib/services/bundles/bundle-views.ts";
import { ImportPaths } from "./import-paths.tsx";

interface Fields {
  organizationId: string | null;
  destinationId: string;
  folder: string;
  createReleases: boolean;
  startAtOnce: boolean;
}

interface ImportFormProps {
  bundle: BundleDetail;
  /** The first of its images, to show where they go. */
  images: Page<BundleImageView>;
  registries: readonly RegistryChoice[];
  organizations: readonly { id: string; displayName: string }[];
  mayTrust: boolean;
}

/** Where the images of a bundle go; ends at the job that brings them there. */
export function ImportForm({ bundle, images, registries, organizations, mayTrust }: ImportFormProps) {
  const t = useTranslations("bundles.imports");
  const tNew = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const { id, format, releases, signature, base, baseName } = bundle;
  const { run, pending, error } = useAction(async (given: Fields) => {
    const { startAtOnce, ...input } = given;
    const wrong = checkFields(startImportInput.pick({ destinationId: true, folder: true }), input);
    if (wrong) return { ok: false, error: wrong } as const;
    return startImportAction({ ...input, bundleId: id, holdAfterPlanning: !startAtOnce });
  });
  const { form, fields, set, fieldError } = useFields<Fields>(suggestFields(format, registries), error);
  const usable = usableRegistries(registries, fields.organizationId);
  const destinations = listDestinations(usable);
  const destination = destinations.find((one) => one.id === fields.destinationId);
  const start = () => void run(fields, (job) => router.push(`/jobs/${job.id}`));
  return (
    <Form ref={form} className="max-w-3xl space-y-5" onSubmit={start}>
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      <UnknownKey bundle={bundle} mayWrite={mayTrust} />
      {baseName !== null && (
        <Alert status="info" live="off" title={t("base", { name: base?.name ?? baseName })}>
          {t("baseHelp")}
        </Alert>
      )}
      <Card>
        <div className="space-y-5">
          <OrganizationField
            organizations={organizations}
            organizationId={fields.organizationId}
            error={fieldError("organizationId")}
            onChange={(organizationId) => {
              const others = listDestinations(usableRegistries(registries, organizationId));
              const stays = others.some((one) => one.id === fields.destinationId);
              set({ organizationId, ...(!stays && { destinationId: "" }) });
            }}
          />
          <DestinationField
            destinations={destinations}
            destinationId={fields.destinationId}
            error={fieldError("destinationId")}
            onChange={(destinationId) => set({ destinationId })}
          />
          <UnhealthyRegistries registries={[destination?.registry]} />
          <TextField
            label={t("folder")}
            help={t("folderHelp")}
            error={fieldError("folder")}
            value={fields.folder}
            maxLength={200}
            verbatim
            autoComplete="off"
            className="font-mono"
            onChange={(event) => set({ folder: event.target.value })}
          />
          {destination && (
            <ImportPaths bundleId={id} initial={images} destination={destination} folder={fields.folder} />
          )}
        </div>
      </Card>
      <Card>
        <div className="space-y-4">
          {releases.length > 0 && (
            <Checkbox
              label={t("createReleases")}
              help={t("createReleasesHelp", {
                releases: releases.map(({ name, version }) => `${name} ${version}`).join(", "),
              })}
              checked={fields.createReleases}
              onChange={(event) => set({ createReleases: event.target.checked })}
            />
          )}
          <Checkbox
            label={tNew("holdLabel")}
            help={tNew("holdHelp")}
            checked={fields.startAtOnce}
            onChange={(event) => set({ startAtOnce: event.target.checked })}
          />
        </div>
      </Card>
      <p className="text-xs text-muted">{t("checkedFirst")}</p>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          type="submit"
          variant="primary"
          icon={<FileDown aria-hidden />}
          loading={pending}
          disabled={signature?.trustedAs === null}
        >
          {tNew("plan")}
        </Button>
        <ButtonLink href={`/bundles/${id}`}>{tCommon("cancel")}</ButtonLink>
      </div>
    </Form>
  );
}

function suggestFields(format: BundleDetail["format"], registries: readonly RegistryChoice[]): Fields {
  const destinations = listDestinations(usableRegistries(registries, null));
  return {
    organizationId: null,
    destinationId: destinations.length === 1 ? (destinations[0]?.id ?? "") : "",
    // Their paths begin below the folder that clusters look in for Tanzu Kubernetes Grid.
    folder: format === "imgpkg" ? "tkg" : "",
    createReleases: true,
    startAtOnce: false,
  };
}
