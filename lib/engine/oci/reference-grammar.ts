// https://github.com/distribution/reference: the named parts of its grammar. This file imports nothing, so that forms in
// a browser go by the same rules as the engine.
const domainComponent = "(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])";
const domainName = `${domainComponent}(?:\\.${domainComponent})*`;
const ipv6 = "\\[(?:[a-f0-9:]+)\\]";
const pathComponent = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

/** `host[:port]` in lower case, IPv6 in brackets; whether the group `port` is one is not said. */
export const hostPattern = new RegExp(`^(?:${domainName}|${ipv6})(?::(?<port>[0-9]{1,5}))?$`);
/** `component[/component]...` */
export const repositoryPattern = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);
/** Longest name of registry and repository together that registries accept. */
export const maxNameLength = 255;

/** Whether a port, as `hostPattern` finds it, is one; none is fine. */
export function isPort(port: string | undefined): boolean {
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}
