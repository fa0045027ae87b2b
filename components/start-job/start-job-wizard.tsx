"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { checkFields } from "#components/forms/check-fields.ts";
import { useAction } from "#components/forms/use-action.ts";
import { RequestError } from "#components/query/get-json.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Wizard } from "#components/ui/wizard.tsx";
import { startJobAction } from "#lib/actions/jobs.ts";
import type { ErrorView } from "#lib/errors.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { ReleaseRow } from "#lib/schemas/releases.ts";
import { checkReleases, type ReleaseProblem } from "./check-releases.ts";
import { componentQuery } from "./component-query.ts";
import { type JobOptions, usualOptions } from "./job-options.tsx";
import { type Places, PlacesStep } from "./places-step.tsx";
import type { PreviewInput } from "./path-preview.tsx";
import { PreviewStep } from "./preview-step.tsx";
import { ReleasesStep } from "./releases-step.tsx";
import { listChosen, type Selection } from "./selection.ts";
import { suggestSource } from "./suggest-source.ts";
import { usableRegistries } from "./usable-registries.ts";

const placesInput = startJobInput.pick({
  sourceRegistryId: true,
  sourceBasePath: true,
  destinationId: true,
});

interface StartJobWizardProps {
  releases: readonly ReleaseRow[];
  registries: readonly RegistryChoice[];
  organizations: readonly { id: string; displayName: string }[];
  /** Chosen from the start. */
  releaseId: string | null;
}

/** From releases over registries to a preview; the last step makes the job, which then shows its plan. */
export function StartJobWizard({ releases, registries, organizations, releaseId }: StartJobWizardProps) {
  const t = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const client = useQueryClient();
  const [selection, setSelection] = useState<Selection>(releaseId === null ? {} : { [releaseId]: "all" });
  const [releaseProblem, setReleaseProblem] = useState<ReleaseProblem | null>(null);
  const [places, setPlaces] = useState<Places>(() => suggestPlaces(registries));
  const [placesError, setPlacesError] = useState<ErrorView | null>(null);
  const [input, setInput] = useState<PreviewInput | null>(null);
  const [options, setOptions] = useState<JobOptions>(usualOptions);
  const [startAtOnce, setStartAtOnce] = useState(false);
  const { run, error } = useAction(startJobAction);
  const fieldError = useFieldErrors(placesError);

  const leaveReleases = () => {
    const problem = checkReleases(selection);
    setReleaseProblem(problem);
    return problem === null;
  };

  const preparePreview = async () => {
    const problem = checkFields(placesInput, places);
    setPlacesError(problem);
    if (problem) return false;
    try {
      const componentIds = await listChosen(selection, (id) => client.fetchQuery(componentQuery(id)));
      setInput({ releaseIds: Object.keys(selection), ...(componentIds && { componentIds }), ...places });
      return true;
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setPlacesError(failure.error);
      return false;
    }
  };

  const changePlaces = (change: Partial<Places>) =>
    setPlaces((now) => dropUnusable({ ...now, ...change }, registries));

  return (
    <Wizard
      label={t("title")}
      finishLabel={t("plan")}
      cancel={<ButtonLink href="/jobs">{tCommon("cancel")}</ButtonLink>}
      onFinish={async () => {
        if (!input) return;
        const chosen = { ...options, platforms: [...(options.platforms ?? [])] };
        await run({ ...input, ...chosen, holdAfterPlanning: !startAtOnce }, (job) =>
          router.push(`/jobs/${job.id}`),
        );
      }}
      steps={[
        {
          key: "releases",
          title: t("stepReleases"),
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
          key: "places",
          title: t("stepPlaces"),
          description: t("stepPlacesHelp"),
          validate: preparePreview,
          content: (
            <>
              {placesError && placesError.code !== "invalid-input" && <ErrorAlert error={placesError} />}
              <PlacesStep
                registries={registries}
                organizations={organizations}
                places={places}
                onChange={changePlaces}
                fieldError={fieldError}
              />
            </>
          ),
        },
        {
          key: "preview",
          title: t("stepPreview"),
          description: t("stepPreviewHelp"),
          // The picker says so where it stands.
          validate: () => options.platforms?.length !== 0,
          content: input && (
            <PreviewStep
              input={input}
              startAtOnce={startAtOnce}
              onStartAtOnce={setStartAtOnce}
              options={options}
              onOptions={(change) => setOptions((now) => ({ ...now, ...change }))}
              error={error}
            />
          ),
        },
      ]}
    />
  );
}

/** The only registry to read and the only place to write need no choosing. */
function suggestPlaces(registries: readonly RegistryChoice[]): Places {
  const usable = usableRegistries(registries, null);
  const sources = usable.filter(({ destinations }) => destinations.length === 0);
  const destinations = usable.flatMap((registry) => registry.destinations);
  return {
    organizationId: null,
    sourceRegistryId: suggestSource(sources),
    sourceBasePath: "",
    destinationId: destinations.length === 1 ? (destinations[0]?.id ?? "") : "",
  };
}

function dropUnusable(places: Places, registries: readonly RegistryChoice[]): Places {
  const usable = usableRegistries(registries, places.organizationId);
  const { sourceRegistryId, destinationId } = places;
  const isSource = sourceRegistryId === null || usable.some(({ id }) => id === sourceRegistryId);
  const isTarget = usable.some(({ destinations }) => destinations.some(({ id }) => id === destinationId));
  return {
    ...places,
    sourceRegistryId: isSource ? sourceRegistryId : "",
    destinationId: isTarget ? destinationId : "",
  };
}
