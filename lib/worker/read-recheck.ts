import { Recheck } from "#lib/db/generated/enums.ts";
import type { CopyOptions } from "#lib/engine/mirror/mirror-session.ts";

/** What is not believed of a task's image at the target, as the engine takes it. */
export function readRecheck({ recheck }: { recheck: Recheck }): Pick<CopyOptions, "recheck"> {
  return recheck === Recheck.none ? {} : { recheck };
}
