import type { Socket } from "node:net";
import { abortError } from "./abort-error.ts";

/** What is being opened, unless the signal fires first: then it is ended as soon as it is there, since nobody else would. */
export async function orAbort<Opened extends { readonly socket: Socket }>(
  opening: Promise<Opened>,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      opening.then(
        ({ socket }) => socket.destroy(),
        () => undefined,
      );
      reject(abortError(signal?.reason));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    opening.then(resolve, reject).finally(() => signal?.removeEventListener("abort", onAbort));
  });
}
