import { openDrayageBundle } from "./drayage/open-drayage-bundle.ts";
import type { OpenBundle } from "./open-bundle.ts";

interface OpenBundleOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a bundle of any format.
 *
 * @param path a folder or a file
 */
export async function openBundle(path: string, _options: OpenBundleOptions = {}): Promise<OpenBundle> {
  return openDrayageBundle(path);
}
