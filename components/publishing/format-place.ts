import type { PublishPlace } from "#lib/services/publishing/index.ts";

/** `host[:port][/path]` */
export function formatPlace({ host, basePath }: PublishPlace): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}
