"use client";

import { useQuery } from "@tanstack/react-query";
import { useExaminedSave } from "#components/container-registry/use-examined-save.ts";
import { postJson, RequestError } from "#components/query/get-json.ts";
import type { ConfigInput, ConfigPreview, SavedConfig } from "#lib/schemas/server-config.ts";
import { hasErrors } from "./config-form.ts";
import { checkConfig, saveConfig } from "./post-config.ts";

/** What a change would come to, asked anew whenever it is another, and its saving; null while nothing is asked. */
export function useConfigReview(input: ConfigInput | null, onSaved: (saved: SavedConfig) => void) {
  const asked = useQuery({
    queryKey: ["config-preview", input],
    queryFn: ({ signal }) => postJson<ConfigPreview>("/api/server-config/preview", input, signal),
    enabled: input !== null,
    // It may have been overtaken since; and a document is not kept longer than it is looked at.
    ...{ staleTime: 0, gcTime: 0 },
    refetchOnWindowFocus: false,
    // While something is being mended, what was said of it before stays in sight.
    placeholderData: (before) => (input?.draft.kind === "import" ? before : undefined),
  });
  const given = (): ConfigInput => {
    if (input === null) throw new Error("there is nothing to save");
    return input;
  };
  const saving = useExaminedSave({
    send: (confirmed) => saveConfig({ ...given(), confirmed: [...confirmed] }),
    start: () => checkConfig(given()),
    onSaved,
    onRefused: ({ code }) => {
      if (code === "config-overtaken") void asked.refetch();
    },
  });
  const { pending, error: saveError, reset } = saving;
  const preview = asked.data ?? null;
  const isCurrent = preview !== null && !asked.isPlaceholderData && !asked.isFetching;
  return {
    preview,
    asking: asked.isFetching,
    error: asked.error instanceof RequestError ? asked.error.error : null,
    // What overtook is shown, with what can be done.
    saveError: saveError?.code === "config-overtaken" && preview?.overtaking ? null : saveError,
    pending,
    isSaveable:
      isCurrent &&
      preview.overtaking === null &&
      preview.difference.count > 0 &&
      !hasErrors(preview.problems),
    ...{ save: saving.save, reset, saving },
  };
}

export type ConfigReviewState = ReturnType<typeof useConfigReview>;
