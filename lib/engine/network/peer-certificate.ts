import type { X509Certificate } from "node:crypto";
import { classifyFailure } from "./classify-failure.ts";
import { Dialer } from "./connector.ts";
import type { Endpoint } from "./transport.ts";

const connectTimeoutMs = 10_000;

/**
 * The certificate that an endpoint shows, whether it is believed or not: looked at, while nothing is said to the server.
 *
 * @param endpoint whose origin is `https:`
 * @throws NetworkError
 */
export async function readPeerCertificate({
  origin,
  ...options
}: Omit<Endpoint, "timeouts">): Promise<X509Certificate | null> {
  const dialer = new Dialer(new URL(origin), { ...options, connectTimeoutMs });
  try {
    return await dialer.readCertificate();
  } catch (error) {
    throw classifyFailure(error, origin, false, options.clientCertificate !== undefined) ?? error;
  }
}
