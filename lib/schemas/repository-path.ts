import { z } from "zod";
import { repositoryPattern } from "#lib/engine/oci/reference-grammar.ts";
import type { InputErrorCode } from "#lib/errors.ts";
import { checkedBy } from "./checked-text.ts";

const maxLength = 200;

function pathProblem(path: string): InputErrorCode | null {
  if (path === "") return null;
  if (path.endsWith("/")) return "path-trailing-slash";
  if (!repositoryPattern.test(path))
    return repositoryPattern.test(path.toLowerCase()) ? "path-upper-case" : "path-format";
  return null;
}

/** A path in a registry; empty means its root. */
export const repositoryPath = z.string().trim().max(maxLength).transform(checkedBy(pathProblem));
