import "server-only";

const pingIntervalMs = 15_000;
const maxStreams = 200;
const reconnectMs = 2_000;
const maxQueuedEvents = 16;

let openStreams = 0;

interface EventStream {
  /** What ends the stream when the reader goes. */
  signal: AbortSignal;
  /** Asked at each ping: whether the reader may still hear. */
  isWelcome: () => Promise<boolean>;
  /** Begins to send; returns what stops it. What it throws is thrown on, before there is an answer. */
  start: (send: (event: string, data: unknown) => void) => Promise<() => void>;
}

/**
 * Server-sent events: a ping now and then, an end when the reader goes or is welcome no longer. A reader that falls
 * behind gets the newest event when it has caught up, so each event must stand for itself.
 */
export async function eventStream({ signal, isWelcome, start }: EventStream): Promise<Response> {
  if (openStreams >= maxStreams) {
    // The browser falls back to asking.
    return new Response(null, { status: 503, headers: { "Retry-After": "30" } });
  }
  openStreams++;
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let stop: (() => void) | undefined;
  let closed = false;
  let newest: string | null = null;

  const write = (text: string) => {
    if (!closed) controller?.enqueue(encoder.encode(text));
  };
  const send = (event: string, data: unknown) => {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    if ((controller?.desiredSize ?? 0) > 0) write(text);
    else newest = text;
  };
  const sendNewest = () => {
    if (newest !== null) write(newest);
    newest = null;
  };
  const pinging = setInterval(() => {
    write(": ping\n\n");
    isWelcome().then(
      (welcome) => {
        if (!welcome) close();
      },
      () => close(),
    );
  }, pingIntervalMs);
  const close = () => {
    if (closed) return;
    closed = true;
    openStreams--;
    clearInterval(pinging);
    stop?.();
    try {
      controller?.close();
    } catch {
      // The reader has closed it already.
    }
  };
  const body = new ReadableStream<Uint8Array>(
    { start: (opened) => void (controller = opened), pull: sendNewest, cancel: close },
    { highWaterMark: maxQueuedEvents },
  );
  signal.addEventListener("abort", close, { once: true });
  try {
    write(`retry: ${reconnectMs}\n\n`);
    stop = await start(send);
  } catch (error) {
    close();
    throw error;
  }
  if (signal.aborted) stop();
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      // Compression and proxies would hold events back.
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}
