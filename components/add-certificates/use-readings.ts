"use client";

import { useEffect, useRef, useState } from "react";
import type { ErrorView } from "#lib/errors.ts";
import type { Reading } from "./certificate-choices.ts";
import { readGiven, readServer } from "./post-certificates.ts";

/** What is to be read: some texts or files, or a server. */
export type Given =
  | { kind: "contents"; contents: readonly { source: string; content: Blob }[] }
  | { kind: "server"; address: string };

interface Readings {
  asking: boolean;
  readings: readonly Reading[];
  /** What could not be read, with its source. */
  failures: readonly { source: string; error: ErrorView }[];
}

const nothing: Readings = { asking: false, readings: [], failures: [] };

/** Reads what is given; what is given later takes its place, and an answer that is on its way is not waited for. */
export function useReadings() {
  const [shown, setShown] = useState<Readings>(nothing);
  const controller = useRef<AbortController | null>(null);

  useEffect(() => () => controller.current?.abort(), []);

  const read = (given: Given | null) => {
    controller.current?.abort();
    if (given === null) return setShown(nothing);
    const { signal } = (controller.current = new AbortController());
    setShown((before) => ({ ...before, asking: true }));
    ask(given, signal)
      .then((outcomes) => {
        if (signal.aborted) return;
        setShown({
          asking: false,
          readings: outcomes.flatMap(({ reading }) => reading ?? []),
          failures: outcomes.flatMap(({ source, error }) => (error ? [{ source, error }] : [])),
        });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  };

  return { ...shown, read };
}

async function ask(given: Given, signal: AbortSignal) {
  if (given.kind === "server") {
    return [{ source: given.address, ...(await readServer(given.address, signal)) }];
  }
  return Promise.all(
    given.contents.map(async ({ source, content }) => ({
      source,
      ...(await readGiven(source, content, signal)),
    })),
  );
}
