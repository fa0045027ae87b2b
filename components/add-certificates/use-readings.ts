"use client";

import { useEffect, useRef, useState } from "react";
import { answerOf, readGiven } from "#components/certificates/read-given.ts";
import { postJson } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { ServerChain } from "#lib/schemas/certificates.ts";
import type { Reading } from "./certificate-choices.ts";

/** What is to be read: some texts or files, or a server. */
export type Given =
  | {
      kind: "contents";
      contents: readonly { source: string; content: Blob }[];
      /** It may be another in a moment. */
      isTyped?: boolean;
    }
  | { kind: "server"; address: string };

interface Readings {
  /** What is shown is not of what was given last. */
  asking: boolean;
  readings: readonly Reading[];
  /** What could not be read, with its source. */
  failures: readonly { source: string; error: ErrorView }[];
}

const nothing: Readings = { asking: false, readings: [], failures: [] };
const typingPauseMs = 400;

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
      .then((found) => {
        if (!signal.aborted) setShown({ asking: false, ...found });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  };

  return { ...shown, read };
}

type Found = Omit<Readings, "asking">;

/** @throws an AbortError when the signal fired */
async function ask(given: Given, signal: AbortSignal): Promise<Found> {
  if (given.kind === "server") return askServer(given.address, signal);
  if (given.isTyped) {
    await new Promise((done) => setTimeout(done, typingPauseMs));
    signal.throwIfAborted();
  }
  const answers = await Promise.all(
    given.contents.map(async ({ source, content }) => ({ source, ...(await readGiven(content, signal)) })),
  );
  return {
    readings: answers.flatMap(({ source, value }) => (value ? { source, ...value, chain: null } : [])),
    failures: answers.flatMap(({ source, error }) => (error ? { source, error } : [])),
  };
}

async function askServer(address: string, signal: AbortSignal): Promise<Found> {
  const asked = postJson<ServerChain>("/api/certificates/chain", { address }, signal);
  const { value: chain, error } = await answerOf(asked);
  if (error) return { readings: [], failures: [{ source: address, error }] };
  const source = `${chain.host}:${chain.port}`;
  return { readings: [{ source, certificates: chain.certificates, problems: [], chain }], failures: [] };
}
