import { abortError } from "./abort-error.ts";
import { classifyFailure } from "./classify-failure.ts";
import { Dialer, type DialOptions } from "./connector.ts";
import { orAbort } from "./or-abort.ts";
import type { ProxyOptions } from "./proxy-route.ts";

export interface ProxyProbeOptions extends Pick<DialOptions, "caCertificates" | "addressPolicy"> {
  /** `http(s)://host[:port]` of the server behind it. */
  readonly origin: string;
  readonly proxy: ProxyOptions;
  /** For the way to the proxy, and for its answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has a proxy open a tunnel to an HTTPS server, and ends it. For a server of plain HTTP only the proxy itself is
 * connected to: it is asked for no tunnel there, which many refuse.
 *
 * @returns whether the proxy had to be taken; false when its rules let the server be reached without it
 * @throws NetworkError `proxy-invalid`, `proxy-unreachable`, `proxy-tls-failed`, `proxy-unauthorized`, `proxy-refused`,
 * `address-refused`; an Error named `AbortError`
 */
export async function probeProxy({
  origin,
  timeoutMs,
  signal,
  ...options
}: ProxyProbeOptions): Promise<boolean> {
  const url = new URL(origin);
  try {
    const dialer = new Dialer(url, { ...options, connectTimeoutMs: timeoutMs });
    const route = await dialer.findRoute(url);
    if (route === null) return false;
    const opening = route.forwards(url) ? route.open({}) : route.openTunnel(url);
    const { socket } = await orAbort(
      opening.then((opened) => ({ socket: opened })),
      signal,
    );
    socket.destroy();
    return true;
  } catch (error) {
    throw signal?.aborted ? abortError(signal.reason) : (classifyFailure(error, url.origin, false) ?? error);
  }
}
