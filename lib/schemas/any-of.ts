import { z } from "zod";

/** Several values of one column, as they stand in a URL: `a,b`; what is unknown is left out. */
export function anyOf<const T extends Record<string, string>>(values: T) {
  const known = new Set<string>(Object.values(values));
  return z
    .string()
    .max(200)
    .catch("")
    .transform((text) => text.split(",").filter((value): value is T[keyof T] & string => known.has(value)));
}
