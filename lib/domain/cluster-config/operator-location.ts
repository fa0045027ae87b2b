/** Scheme and authority as Go's `url.Parse` finds them; without `//` there is no host. */
const urlPattern =
  /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.%]+\]|[^/?#:[\]\s%]*)(?::(\d*))?(?=[/?#]|$)/i;

/**
 * `host[:port]` of an image's location as the Windows Machine Config Operator finds it (`extractRegistryHostname`): of a
 * URL its host, otherwise all before the first `/`. Go takes the brackets off an IPv6 address, and so does this.
 */
export function findHost(location: string): string {
  const [, host = "", port = ""] = urlPattern.exec(location) ?? [];
  const bare = host.replace(/^\[|\]$/g, "");
  if (bare !== "") return port === "" ? bare : `${bare}:${port}`;
  const [first = ""] = location.split("/");
  return first;
}

/** What stands behind the host, without the slash between them (`extractRegistryOrgPath`). */
export function findOrganizationPath(location: string): string {
  const host = findHost(location);
  const start = location.indexOf(host);
  return start === -1 ? "" : location.slice(start + host.length).replace(/^\//, "");
}
