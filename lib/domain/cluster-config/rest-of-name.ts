/**
 * What follows a scope in an image's name, where the scope is for the image: `host[:port][/path]`, whole words of the path
 * only, or `*.host` (containers-registries.conf(5), "Choosing a [[registry]] TOML table"). It takes its place behind a mirror's
 * location. Behind a wildcard it may begin with the port, which makes of the mirror a name that is none.
 *
 * @param image `host[:port]/repository`
 * @returns null where the scope is not for the image
 */
export function findRestOfName(scope: string, image: string): string | null {
  if (!scope.startsWith("*.")) {
    return image === scope || image.startsWith(`${scope}/`) ? image.slice(scope.length) : null;
  }
  // refMatchingSubdomainPrefix of containers/image.
  const suffix = scope.slice(1);
  const index = image.indexOf(suffix);
  if (index === -1 || image.slice(0, index).includes("/")) return null;
  const rest = image.slice(index + suffix.length);
  return /^(?:[:/@]|$)/.test(rest) ? rest : null;
}
