import { defaultPageSize } from "#lib/schemas/list-query.ts";

/**
 * The address of a list: every parameter that has a value and is not what its absence would mean. An array becomes a
 * repeated parameter.
 */
export function formatGridHref(path: string, parameters: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (name === "page" && Number(value) === 1) continue;
    if (name === "pageSize" && Number(value) === defaultPageSize) continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === "number" || typeof one === "boolean" || (typeof one === "string" && one !== "")) {
        search.append(name, String(one));
      }
    }
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
