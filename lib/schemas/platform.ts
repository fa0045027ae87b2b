import { z } from "zod";
import type { InputErrorCode } from "#lib/errors.ts";

// The grammar of the engine, said here once more because a form must name what is wrong before anything is sent.
const format = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

/** `os/architecture[/variant]` */
export const platform = z
  .string()
  .trim()
  .max(100)
  .regex(format, "platform-format" satisfies InputErrorCode);
