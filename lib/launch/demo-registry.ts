import { existsSync } from "node:fs";
import { ensureStorageDir, storagePath } from "#lib/storage.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { MissingProgramError } from "#lib/testing/programs.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { type Launch, say } from "./terminal.ts";

/** A registry of the demo; what it holds stays in the storage folder. */
interface DemoRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  readonly port: number;
}

/**
 * Starts a registry that plays the vendor's or the provider's. Where the program `docker-registry` cannot be had, our own
 * registry for tests takes its place, and then keeps it: each reads only what it has written itself.
 */
export async function openDemoRegistry(
  name: "vendor" | "local",
  port: number | undefined,
  { closers, signal }: Launch,
): Promise<DemoRegistry> {
  signal.throwIfAborted();
  const registry = await start(name, port === undefined ? {} : { port });
  closers.push(() => registry.stop());
  return { host: registry.host, url: registry.url, port: Number(new URL(registry.url).port) };
}

async function start(name: string, options: { readonly port?: number }) {
  const ownFolder = `${name}-own`;
  const startOwn = () =>
    startMemoryRegistry({ folder: ensureStorageDir("registries", ownFolder), ...options });
  if (existsSync(storagePath("registries", ownFolder))) return startOwn();
  try {
    return await startRegistry({ rootDir: ensureStorageDir("registries", name), ...options });
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    say(`${error.message}\nUntil then Drayage's own registry for tests plays the ${name} one.`);
    return startOwn();
  }
}
