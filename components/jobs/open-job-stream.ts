import type { JobSnapshot } from "#lib/services/jobs/index.ts";

/** The server sends at least every five seconds; after such a silence a proxy holds the stream back, or it is dead. */
const silenceMs = 15_000;
/** A browser gives up a stream that was refused; this is when it is asked for again. */
const reopenMs = 10_000;

interface JobStream {
  onSnapshot: (snapshot: JobSnapshot) => void;
  /** The stream is down; it is tried again until it is closed. */
  onDown: () => void;
}

/** Hears of a job until the returned function is called. */
export function openJobStream(jobId: string, { onSnapshot, onDown }: JobStream): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reopenIn = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      onDown();
      source?.close();
      open();
    }, delayMs);
  };
  const open = () => {
    const opened = new EventSource(`/api/jobs/events?job=${jobId}`);
    opened.addEventListener("snapshot", (event: MessageEvent<string>) => {
      reopenIn(silenceMs);
      onSnapshot(JSON.parse(event.data) as JobSnapshot);
    });
    opened.addEventListener("error", () => {
      onDown();
      if (opened.readyState === EventSource.CLOSED) reopenIn(reopenMs);
    });
    source = opened;
    reopenIn(silenceMs);
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
