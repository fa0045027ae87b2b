import type { ConfigCheckInput } from "#lib/schemas/config-check.ts";
import { formatCommand } from "#lib/quote-argument.ts";

/** What stands for the name of what has none. */
const pastedName = "FILE.yaml";

/** The command that checks the same. @param registry `host[:port][/path]` of the destination */
export function formatLintCommand(
  { texts, hasWindowsNodes, mayAskSource, wantsCredentials }: ConfigCheckInput,
  registry: string | null,
): string {
  return formatCommand(
    ...["npm", "run", "--silent", "drayage", "--", "cluster-config", "lint"],
    ...texts.flatMap(({ path }) => ["-f", path === "" ? pastedName : path]),
    ...(registry === null ? [] : ["--registry", registry]),
    ...(wantsCredentials ? ["--sign-in"] : []),
    ...(hasWindowsNodes ? ["--windows"] : []),
    ...(mayAskSource ? [] : ["--never-source"]),
  );
}
