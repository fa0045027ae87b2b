import { getJson, postJson, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { BundleFileView, UploadView } from "#lib/services/bundles/bundle-views.ts";
import { sendSlice } from "./send-slice.ts";
import { addSample, measureRate, type RateSamples } from "./transfer-rate.ts";

/** Small enough that a proxy's limits and a break cost little, large enough that questions in between cost nothing. */
const sliceBytes = 32 * 1024 * 1024;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** No answer, or one of what stands before a panel that restarts or is busy. */
const passing = new Set([0, 408, 425, 429, 502, 503, 504]);

type SendState =
  | { readonly phase: "sending"; readonly file: string | null }
  /** Nobody answers; it goes on by itself. */
  | { readonly phase: "waiting"; readonly until: number }
  | { readonly phase: "paused" | "finishing" | "finished" }
  | { readonly phase: "unreadable"; readonly file: string }
  | { readonly phase: "refused"; readonly error: ErrorView };

export type SendProgress = SendState & {
  readonly files: readonly BundleFileView[];
  /** Bytes per second; null when it cannot be told. */
  readonly rate: number | null;
};

/**
 * Sends files one after another, from where the server has them, until it has all; over a lost connection it tries again
 * until the signal fires.
 *
 * @param files by their names; those that are not complete at the server must be among them
 * @param onProgress hears all that changes; at the end `finished`, `unreadable` or `refused`
 */
export async function sendFiles(
  bundleId: string,
  files: ReadonlyMap<string, File>,
  onProgress: (progress: SendProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  let arrived: readonly BundleFileView[] = [];
  let samples: RateSamples = [];
  let failures = 0;
  let hasAsked = false;

  const tell = (state: SendState) => onProgress({ ...state, files: arrived, rate: measureRate(samples) });
  const setArrived = (name: string, receivedBytes: number) => {
    arrived = arrived.map((file) => (file.name === name ? { ...file, receivedBytes } : file));
    const sum = arrived.reduce((bytes, file) => bytes + file.receivedBytes, 0);
    samples = addSample(samples, sum, performance.now());
    tell({ phase: "sending", file: name });
  };

  const sendFile = async ({ name, sizeBytes, receivedBytes }: BundleFileView, file: File) => {
    const url = `/api/bundles/${bundleId}/files/${encodeURIComponent(name)}`;
    let offset = receivedBytes;
    while (offset < sizeBytes) {
      const slice = file.slice(offset, Math.min(offset + sliceBytes, sizeBytes));
      await assertReadable(name, slice);
      const start = offset;
      offset = await sendSlice(`${url}?offset=${start}`, slice, {
        signal,
        onSent: (bytes) => setArrived(name, start + bytes),
      });
      failures = 0;
      setArrived(name, offset);
    }
  };

  const sendAll = async () => {
    tell({ phase: "sending", file: null });
    arrived = (await getJson<UploadView>(`/api/bundles/${bundleId}/upload`, signal)).files;
    samples = [];
    for (const each of arrived) {
      if (each.receivedBytes === each.sizeBytes) continue;
      const file = files.get(each.name);
      if (file?.size !== each.sizeBytes) throw new UnreadableFile(each.name);
      await sendFile(each, file);
    }
    tell({ phase: "finishing" });
    hasAsked = true;
    await postJson(`/api/bundles/${bundleId}/upload`, {}, signal);
    tell({ phase: "finished" });
  };

  const isStopped = () => signal.aborted;
  while (!isStopped()) {
    try {
      await sendAll();
      return;
    } catch (error) {
      if (isStopped()) return;
      if (error instanceof UnreadableFile) {
        tell({ phase: "unreadable", file: error.file });
        return;
      }
      if (!(error instanceof RequestError)) throw error;
      if (isFinished(error, hasAsked)) {
        tell({ phase: "finished" });
        return;
      }
      if (!mayPass(error)) {
        tell({ phase: "refused", error: error.error });
        return;
      }
      const pauseMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
      failures += 1;
      samples = [];
      tell({ phase: "waiting", until: Date.now() + pauseMs });
      await pause(pauseMs, signal);
    }
  }
}

/**
 * Whether an upload that cannot be gone on with is one that is done: by another tab, or by a request of ours whose answer
 * was lost, after which loose files are an upload no more.
 */
function isFinished({ error: { code } }: RequestError, hasAsked: boolean): boolean {
  return code === "bundle-not-ready" || (hasAsked && code === "not-found");
}

/** Whether it may be better the next time; the server may also have taken more than the browser knows of. */
function mayPass({ status, error }: RequestError): boolean {
  return passing.has(status) || error.code === "upload-offset";
}

class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(file, options);
    this.file = file;
  }
}

/** A request with bytes that cannot be read looks like a lost connection, so that they are tried before. */
async function assertReadable(name: string, slice: Blob): Promise<void> {
  try {
    await slice.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new UnreadableFile(name, { cause });
  }
}

/** Ends early when the browser hears that there is a network again, or when the signal fires. */
function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = () => {
      clearTimeout(timer);
      listening.abort();
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    window.addEventListener("online", end, { signal: listening.signal });
    signal.addEventListener("abort", end, { signal: listening.signal });
  });
}
