/** `host[:port][/path]` */
export function formatPlace({ host, basePath }: { host: string; basePath: string }): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}
