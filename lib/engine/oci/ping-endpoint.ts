import { EngineError } from "./errors.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/**
 * Asks whether a registry is there and lets us in.
 *
 * @throws EngineError `not-a-registry` for a web server of another kind, `unauthorized` for refused credentials, or a
 * code of the network
 */
export async function ping(connection: RegistryConnection, signal?: AbortSignal): Promise<void> {
  await connection.send(
    { operation: "ping", method: "GET", target: "/v2/", accept: [200], followRedirects: true, signal },
    async (response) => {
      await response.discard();
      // The version header is optional since the OCI specification; a page for people is proof enough of the contrary.
      const isPage = (response.headers["content-type"] ?? "").startsWith("text/html");
      if (isPage && response.headers["docker-distribution-api-version"] === undefined) {
        throw new EngineError("not-a-registry", {
          operation: "ping",
          status: response.status,
          retryable: false,
        });
      }
    },
  );
}
