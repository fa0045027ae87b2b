/**
 * What follows a scope in an image's name, where the scope is for the image: `host[:port][/path]`, whole words of the path
 * only, or `*.host` (containers-registries.conf(5), "Choosing a [[registry]] TOML table"). It takes its place behind a mirror's
 * location. Whoever writes a host without a port means each of its ports (`refMatchingPrefix` of containers/image, which does
 * not promise to keep it so); the port then becomes part of the rest, and makes of a mirror a name that is none.
 *
 * @param image `host[:port]/repository`
 * @returns null where the scope is not for the image
 */
export function findRestOfName(scope: string, image: string): string | null {
  if (!scope.startsWith("*.")) {
    return scope !== "" && image.startsWith(scope) ? toRest(image.slice(scope.length)) : null;
  }
  // refMatchingSubdomainPrefix of containers/image.
  const suffix = scope.slice(1);
  const index = image.indexOf(suffix);
  if (index === -1 || image.slice(0, index).includes("/")) return null;
  return toRest(image.slice(index + suffix.length));
}

const toRest = (text: string): string | null => (/^(?:[:/@]|$)/.test(text) ? text : null);
