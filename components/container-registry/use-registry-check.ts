"use client";

import { useEffect, useRef, useState } from "react";
import { useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson, RequestError } from "#components/query/get-json.ts";
import type { DoctorState } from "#lib/db/generated/enums.ts";
import { type ErrorView, unreachable } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import type { RegistryCheck } from "#lib/schemas/container-registry.ts";
import { type DoctorRunDetail, type FindingView, isGoing } from "#lib/schemas/doctor.ts";

const intervalMs = 700;
/** A check is over well before; where no worker is there to take it, nobody waits for ever. */
const maxWaitMs = 300_000;

/** What is known of a URL, or is being found out. */
export interface ShownCheck {
  url: string;
  /** Null while it is being asked for. */
  runId: string | null;
  state: DoctorState;
  findings: FindingView[];
  finishedAt: string | null;
  /** Of the lists that it was judged with; not known before its end. */
  listsDigest: string | null | undefined;
}

/** Has a URL examined by a worker. */
export type StartCheck = (url: string) => Promise<ActionResult<{ id: string }>>;

interface Asked {
  url: string;
  control: AbortController;
  answer: Promise<ShownCheck | null>;
}

function fromKnown({ listsDigest, ...check }: RegistryCheck): ShownCheck {
  return { ...check, state: "finished", listsDigest };
}

/**
 * Has URLs examined, and shows what is seen while it is seen. Another URL takes the place of the one before; whoever asks
 * for one that is being examined waits for the same answer.
 *
 * @param listsDigest of the lists as they are now, where a check can be overtaken by their change
 */
export function useRegistryCheck(known: RegistryCheck | null, start: StartCheck, listsDigest?: string) {
  const [shown, setShown] = useState<ShownCheck | null>(() => known && fromKnown(known));
  const [error, setError] = useState<ErrorView | null>(null);
  const asked = useRef<Asked | null>(null);
  useEffect(() => () => asked.current?.control.abort(), []);
  // What was judged just now was judged with what holds now.
  if (listsDigest !== undefined && shown?.state === "finished" && shown.listsDigest === undefined) {
    setShown({ ...shown, listsDigest });
  }
  const isUnderWay = shown !== null && isGoing(shown);
  useReportLiveStatus(isUnderWay ? "polling" : null);

  /** @returns what was found; null when it could not be, or another URL was asked for meanwhile */
  const examine = (url: string): Promise<ShownCheck | null> => {
    if (asked.current?.url === url) return asked.current.answer;
    asked.current?.control.abort();
    const control = new AbortController();
    const answer = ask(url, control.signal).finally(() => {
      if (asked.current?.control === control) asked.current = null;
    });
    asked.current = { url, control, answer };
    return answer;
  };

  const ask = async (url: string, signal: AbortSignal): Promise<ShownCheck | null> => {
    setError(null);
    const begun: ShownCheck = {
      ...{ url, state: "queued", findings: [], finishedAt: null },
      ...{ runId: null, listsDigest: undefined },
    };
    setShown(begun);
    try {
      const started = await start(url);
      if (!started.ok) throw new RequestError(started.error, 0);
      const runId = started.value.id;
      for (const deadline = Date.now() + maxWaitMs; Date.now() < deadline;) {
        const run = await getJson<DoctorRunDetail>(`/api/doctor/${runId}`, signal);
        if (signal.aborted) return null;
        const { state, findings, finishedAt } = run;
        const seen: ShownCheck = { ...begun, runId, state, findings, finishedAt };
        setShown(seen);
        if (!isGoing(run)) return state === "finished" ? seen : null;
        await new Promise((done) => setTimeout(done, intervalMs));
      }
      setShown({ ...begun, runId, state: "failed" });
      return null;
    } catch (cause) {
      if (signal.aborted) return null;
      setShown(null);
      setError(cause instanceof RequestError ? cause.error : unreachable);
      return null;
    }
  };
  const stop = () => {
    asked.current?.control.abort();
    asked.current = null;
    setShown(known && fromKnown(known));
  };
  return { shown, error, isUnderWay, examine, stop };
}
