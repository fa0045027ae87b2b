import { z } from "zod";
import type { InputErrorCode } from "#lib/errors.ts";
import { checkedBy } from "./checked-text.ts";

const maxLength = 200;

// The grammar of github.com/distribution/reference, said here once more because a form must name what is wrong.
const format = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

function pathProblem(path: string): InputErrorCode | null {
  if (path === "") return null;
  if (path.endsWith("/")) return "path-trailing-slash";
  if (!format.test(path)) return format.test(path.toLowerCase()) ? "path-upper-case" : "path-format";
  return null;
}

/** A path in a registry; empty means its root. */
export const repositoryPath = z.string().trim().max(maxLength).transform(checkedBy(pathProblem));
