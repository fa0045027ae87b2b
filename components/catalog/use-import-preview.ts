"use client";

import { useEffect, useState } from "react";
import { postText, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import { type ImportPreview, listLimits } from "#lib/schemas/releases.ts";
import type { GivenList, ReleaseFields } from "./post-release.ts";

const typingPauseMs = 400;

interface Outcome {
  /** What was asked: an answer is of nothing else. */
  address: string;
  content: Blob;
  preview: ImportPreview | null;
  error: ErrorView | null;
}

export interface AskedPreview {
  /** The answer to what stands in the form is on its way; until then the one before is shown. */
  asking: boolean;
  preview: ImportPreview | null;
  error: ErrorView | null;
}

/** What a list would be read as, asked anew whenever it, its kind or its source changes; null without a list. */
export function useImportPreview(
  { kind, source }: Pick<ReleaseFields, "kind" | "source">,
  list: GivenList | null,
): AskedPreview | null {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { file = "", content = null } = list ?? {};
  const address = `/api/releases/preview?${new URLSearchParams({ kind, source, file }).toString()}`;

  useEffect(() => {
    if (content === null || content.size === 0) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask(address, file, content, controller.signal).then(
        (told) => setOutcome({ address, content, ...told }),
        (error: unknown) => {
          if (!controller.signal.aborted) throw error;
        },
      );
    }, typingPauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [address, file, content]);

  if (content === null || content.size === 0) return null;
  const isCurrent = outcome?.address === address && outcome.content === content;
  return { asking: !isCurrent, preview: outcome?.preview ?? null, error: outcome?.error ?? null };
}

async function ask(
  address: string,
  file: string,
  content: Blob,
  signal: AbortSignal,
): Promise<Pick<Outcome, "preview" | "error">> {
  if (content.size > listLimits.limitBytes) {
    return { preview: null, error: { code: "list-too-large", facts: { file, ...listLimits } } };
  }
  try {
    return { preview: await postText<ImportPreview>(address, content, signal), error: null };
  } catch (error) {
    if (error instanceof RequestError) return { preview: null, error: error.error };
    throw error;
  }
}
