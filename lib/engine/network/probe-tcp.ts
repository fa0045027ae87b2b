import { connect } from "node:net";
import { abortError } from "./abort-error.ts";
import { classifyFailure } from "./classify-failure.ts";
import { platformError } from "./dial.ts";

export interface TcpProbeOptions {
  /** An address, not a name: which one answers is the question. */
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a connection and ends it.
 *
 * @returns how long it took, in milliseconds
 * @throws NetworkError when no connection can be opened; an Error named `AbortError`
 */
export async function probeTcp({ address, port, timeoutMs, signal }: TcpProbeOptions): Promise<number> {
  const startedAt = performance.now();
  const socket = connect({ host: address, port });
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => socket.destroy(abortError(signal?.reason));
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => socket.destroy(platformError("ETIMEDOUT")), timeoutMs);
      socket.once("connect", resolve).once("error", reject);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
    return performance.now() - startedAt;
  } catch (error) {
    const bracketed = address.includes(":") ? `[${address}]` : address;
    throw signal?.aborted
      ? abortError(signal.reason)
      : (classifyFailure(error, `tcp://${bracketed}:${port}`, false) ?? error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    socket.destroy();
  }
}
