"use client";

import { useEffect, useRef, useState } from "react";
import { getJson, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";

interface Outcome<Answer> {
  /** What was asked: an answer counts for nothing else. */
  address: string;
  answer: Answer | null;
  error: ErrorView | null;
}

export interface LookUp<Answer> {
  asking: boolean;
  answer: Answer | null;
  error: ErrorView | null;
  ask: () => void;
}

/**
 * Asks the panel what a source has, when told to. Once something else is to be asked, an answer that is on its way is not
 * waited for, and one that was given is gone.
 *
 * @param address of the question, with all that it depends on
 */
export function useLookUp<Answer>(address: string): LookUp<Answer> {
  const [asked, setAsked] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<Outcome<Answer> | null>(null);
  const controller = useRef<AbortController | null>(null);

  useEffect(
    () => () => {
      controller.current?.abort();
      controller.current = null;
      setAsked(null);
    },
    [address],
  );

  const ask = () => {
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    setAsked(address);
    setOutcome(null);
    getJson<Answer>(address, signal)
      .then(
        (answer) => ({ answer, error: null }),
        (error: unknown) => {
          if (error instanceof RequestError) return { answer: null, error: error.error };
          throw error;
        },
      )
      .then((told) => {
        if (signal.aborted) return;
        setOutcome({ address, ...told });
        setAsked(null);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  };

  const current = outcome?.address === address ? outcome : null;
  return {
    asking: asked === address,
    answer: current?.answer ?? null,
    error: current?.error ?? null,
    ask,
  };
}
