import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// Tells our own font size from a colour of the same form.
const merge = extendTailwindMerge({ extend: { theme: { text: ["compact"] } } });

/** Joins class names; of two Tailwind classes that set the same thing the later wins. */
export function classNames(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
