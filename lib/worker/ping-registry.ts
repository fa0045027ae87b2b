import "server-only";
import { EngineError } from "#lib/engine/oci/errors.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { tryPatiently } from "./try-patiently.ts";

/**
 * One look before anything else: when a registry is away, that is one failure and not one for each image.
 *
 * @throws EngineError
 */
export async function pingRegistry(
  client: RegistryClient,
  side: "source" | "target",
  signal: AbortSignal,
): Promise<void> {
  try {
    await tryPatiently(() => client.ping(signal), signal);
  } catch (error) {
    throw error instanceof EngineError ? error.withFacts({ side }) : error;
  }
}

/**
 * Which of a job's sources cannot be reached: each is the failure of its own images, and the others go on.
 *
 * @returns by host
 * @throws EngineError of the only one
 */
export async function findAway(
  clients: readonly RegistryClient[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, EngineError>> {
  const away = new Map<string, EngineError>();
  await Promise.all(
    clients.map((client) =>
      pingRegistry(client, "source", signal).catch((error: unknown) => {
        if (!(error instanceof EngineError) || signal.aborted) throw error;
        away.set(client.registry, error);
      }),
    ),
  );
  const [only] = away.values();
  if (only && clients.length === 1) throw only;
  return away;
}
