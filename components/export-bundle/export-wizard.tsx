"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { checkFields } from "#components/forms/check-fields.ts";
import { useAction } from "#components/forms/use-action.ts";
import { RequestError } from "#components/query/get-json.ts";
import { checkReleases, type ReleaseProblem } from "#components/start-job/check-releases.ts";
import { componentQuery } from "#components/start-job/component-query.ts";
import { ReleasesStep } from "#components/start-job/releases-step.tsx";
import { listChosen, type Selection } from "#components/start-job/selection.ts";
import { suggestSource } from "#components/start-job/suggest-source.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { Wizard } from "#components/ui/wizard.tsx";
import { startExportAction } from "#lib/actions/bundles.ts";
import type { ErrorView } from "#lib/errors.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { exportPlacesInput } from "#lib/schemas/bundles.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { ReleaseRow } from "#lib/schemas/releases.ts";
import type { BundleSummary, StoreView } from "#lib/services/bundles/bundle-views.ts";
import { type BundlePlaces, BundleStep } from "./bundle-step.tsx";
import { type Contents, formOf, listFormats, usualContents } from "./contents.ts";
import { ContentsStep } from "./contents-step.tsx";
import { suggestBundleName } from "./suggest-bundle-name.ts";

interface ExportWizardProps {
  releases: readonly ReleaseRow[];
  /** The provider's: what is exported belongs to no organization. */
  registries: readonly RegistryChoice[];
  stores: readonly StoreView[];
  /** Sound bundles, which the new one may build on. */
  bases: readonly BundleSummary[];
  /** Names of bundles that are there. */
  taken: readonly string[];
  /** Chosen from the start. */
  releaseId: string | null;
  /** Whether the reader may put files into folders. */
  mayWrite: boolean;
}

/** From releases over a registry to a bundle; the last step makes the job, which then shows its plan. */
export function ExportWizard(props: ExportWizardProps) {
  const { releases, registries, stores, bases, taken, releaseId, mayWrite } = props;
  const t = useTranslations("bundles.exports");
  const tNew = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const client = useQueryClient();
  const [selection, setSelection] = useState<Selection>(releaseId === null ? {} : { [releaseId]: "all" });
  const [releaseProblem, setReleaseProblem] = useState<ReleaseProblem | null>(null);
  const [places, setPlaces] = useState<BundlePlaces>(() => suggestPlaces(registries, stores));
  const [named, setNamed] = useState(false);
  const [placesError, setPlacesError] = useState<ErrorView | null>(null);
  const [contents, setContents] = useState<Contents>(usualContents);
  const [readError, setReadError] = useState<ErrorView | null>(null);
  const { run, error } = useAction(startExportAction);
  const fieldError = useFieldErrors(placesError);
  const form = formOf(contents);
  const formats = listFormats(releases, selection);

  const leaveReleases = () => {
    const problem = checkReleases(selection);
    setReleaseProblem(problem);
    if (problem !== null) return false;
    if (!formats.includes(contents.format)) setContents((now) => ({ ...now, format: "drayage" }));
    if (!named) {
      const chosen = releases.filter(({ id }) => id in selection);
      setPlaces((now) => ({ ...now, name: suggestBundleName(chosen, new Set(taken)) }));
    }
    return true;
  };

  const leavePlaces = () => {
    const problem = checkFields(exportPlacesInput, places);
    setPlacesError(problem);
    return problem === null;
  };

  const changePlaces = (change: Partial<BundlePlaces>) => {
    if (change.name !== undefined) setNamed(true);
    // They lie in one folder and not in the other.
    if (change.storeId !== undefined && change.storeId !== places.storeId) {
      setContents((now) => ({ ...now, extraFiles: [] }));
    }
    setPlacesError(null);
    setPlaces((now) => ({ ...now, ...change }));
  };

  const start = async () => {
    const { options, startAtOnce } = contents;
    if (form === null) return;
    setReadError(null);
    try {
      const componentIds = await listChosen(selection, (id) => client.fetchQuery(componentQuery(id)));
      const input = {
        ...places,
        ...options,
        platforms: [...(options.platforms ?? [])],
        releaseIds: Object.keys(selection),
        ...(componentIds && { componentIds }),
        ...form,
        holdAfterPlanning: !startAtOnce,
      };
      await run(input, (job) => router.push(`/jobs/${job.id}`));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setReadError(failure.error);
    }
  };

  return (
    <Wizard
      label={t("title")}
      finishLabel={tNew("plan")}
      cancel={<ButtonLink href="/bundles">{tCommon("cancel")}</ButtonLink>}
      onFinish={start}
      steps={[
        {
          key: "releases",
          title: tNew("stepReleases"),
          description: t("stepReleasesHelp"),
          validate: leaveReleases,
          content: (
            <ReleasesStep
              releases={releases}
              selection={selection}
              onChange={(next) => {
                setSelection(next);
                setReleaseProblem(null);
              }}
              problem={releaseProblem}
            />
          ),
        },
        {
          key: "bundle",
          title: t("stepBundle"),
          description: t("stepBundleHelp"),
          validate: leavePlaces,
          content: (
            <BundleStep
              registries={registries}
              stores={stores}
              places={places}
              onChange={changePlaces}
              fieldError={fieldError}
            />
          ),
        },
        {
          key: "contents",
          title: t("stepContents"),
          description: t("stepContentsHelp"),
          // The fields say so where they stand.
          validate: () => form !== null && contents.options.platforms?.length !== 0,
          content: (
            <ContentsStep
              bases={bases}
              store={stores.find(({ id }) => id === places.storeId)}
              mayWrite={mayWrite}
              formats={formats}
              contents={contents}
              onChange={(change) => setContents((now) => ({ ...now, ...change }))}
              error={readError ?? error}
            />
          ),
        },
      ]}
    />
  );
}

/** The only registry to read and the only folder to write need no choosing. */
function suggestPlaces(registries: readonly RegistryChoice[], stores: readonly StoreView[]): BundlePlaces {
  const sources = registries.filter(({ destinations }) => destinations.length === 0);
  return {
    sourceRegistryId: suggestSource(sources),
    sourceBasePath: "",
    storeId: stores.length === 1 ? (stores[0]?.id ?? "") : "",
    name: "",
  };
}
