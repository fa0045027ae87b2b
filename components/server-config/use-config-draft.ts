"use client";

import { useMemo, useState } from "react";
import type { ConfigProblem, ConfigTexts, ServerConfig, ServerField } from "#lib/schemas/server-config.ts";
import { changeText, type ConfigDraftState, findFormProblems } from "./config-form.ts";

/** The configuration as somebody changes it; it outlives a change of the tab, and what is read anew. */
export function useConfigDraft(config: ServerConfig) {
  const [draft, setDraft] = useState<ConfigDraftState>({ texts: {}, seen: config.number });
  const problems = useMemo(() => findFormProblems(config, draft.texts), [config, draft.texts]);
  const { texts } = draft;
  const changed = Object.keys(texts) as ServerField[];
  return {
    texts,
    seen: changed.length === 0 ? config.number : draft.seen,
    changed,
    problems,
    value: (field: ServerField): string => texts[field] ?? config.values[field],
    problemsOf: (field: ServerField): ConfigProblem[] =>
      problems.filter((problem) => problem.field === field),
    set: (field: ServerField, text: string | undefined) =>
      setDraft((now) => changeText(config, now, field, text)),
    setAll: (change: ConfigTexts) =>
      setDraft((now) =>
        (Object.entries(change) as [ServerField, string][]).reduce(
          (next, [field, text]) => changeText(config, next, field, text),
          now,
        ),
      ),
    /** What is left of the draft once it is held against a newer revision. */
    replace: setDraft,
    discard: () => setDraft({ texts: {}, seen: config.number }),
  };
}

export type ConfigDraftForm = ReturnType<typeof useConfigDraft>;
