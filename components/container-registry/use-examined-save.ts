"use client";

import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { type ClusterProblem, codesOf, findClusterProblems } from "#lib/schemas/container-registry.ts";
import { type StartCheck, useRegistryCheck } from "./use-registry-check.ts";

interface ExaminedSaveProps<Value> {
  /** @param confirmed codes of what is known to keep clusters from pulling, and is to be so */
  send: (confirmed: readonly string[]) => Promise<ActionResult<Value>>;
  /** Has the registry examined as it would be pulled from once that was saved. */
  start: StartCheck;
  onSaved: (value: Value) => void;
  /** For another reason than that nobody can know yet. */
  onRefused?: (error: ErrorView) => void;
}

/**
 * Saves what may have clusters pull from another registry. Where the panel refuses it, since nobody can know yet whether
 * they can, that is found out first: then it is saved, or whoever saves is asked.
 */
export function useExaminedSave<Value>({ send, start, onSaved, onRefused }: ExaminedSaveProps<Value>) {
  const { run, pending, error, reset } = useAction(send);
  const [url, setUrl] = useState<string | null>(null);
  const { shown, error: checkError, isUnderWay, examine, stop } = useRegistryCheck(null, start);
  const problems =
    url !== null && shown?.state === "finished" ? findClusterProblems(url, shown.findings) : [];

  /** @returns the registry of which more has to be known first */
  const attempt = async (known: readonly ClusterProblem[]): Promise<string | null> => {
    const result = await run(codesOf(known), onSaved);
    if (result.ok) return null;
    const { code, facts } = result.error;
    const isUnknown = code === "registry-unchecked" || code === "registry-problems";
    if (isUnknown && typeof facts.registry === "string") return facts.registry;
    onRefused?.(result.error);
    return null;
  };
  const look = async (at: string): Promise<void> => {
    setUrl(at);
    const found = await examine(at);
    if (!found || findClusterProblems(at, found.findings).length > 0) return;
    // Refused once more, as when the lists have changed meanwhile: that is told.
    await attempt([]);
    setUrl(null);
  };
  const confirm = async (): Promise<void> => {
    const unknown = await attempt(problems);
    // The question may have stood there for longer than what was found holds.
    if (unknown === null) setUrl(null);
    else await look(unknown);
  };
  return {
    pending,
    /** While it is found out, there is nothing to say of the refusal. */
    error: url === null ? error : null,
    reset,
    /** Null while nothing is found out. */
    url,
    ...{ shown, checkError, isUnderWay, problems },
    save: async (): Promise<void> => {
      const unknown = await attempt([]);
      if (unknown !== null) await look(unknown);
    },
    again: () => url !== null && void look(url),
    confirm: () => void confirm(),
    cancel: () => {
      stop();
      reset();
      setUrl(null);
    },
  };
}

export type ExaminedSave = Omit<ReturnType<typeof useExaminedSave>, "save">;
