import { z } from "zod";
import type { ConfigFinding } from "#lib/domain/cluster-config/config-finding.ts";
import type { WindowsNodesView } from "./cluster-config.ts";

export type { ConfigFinding, ConfigSeverity } from "#lib/domain/cluster-config/config-finding.ts";

/** What is checked at once; the body of the question has a limit of its own. */
export const configTextLimits = {
  count: 20,
  /** As much as the linter reads of one text. */
  length: 512 * 1024,
} as const;

const maxPathLength = 1024;
const flag = z.boolean().default(false);

/** Texts that somebody has pasted or chosen, and what they are held to. Nothing of it is kept. */
export const configCheckInput = z.object({
  texts: z
    .array(
      z.object({
        /** As the file is called, of a `hosts.toml` with the folder that names its registry; empty: pasted. */
        path: z.string().trim().max(maxPathLength).default(""),
        text: z.string().max(configTextLimits.length),
      }),
    )
    .min(1)
    .max(configTextLimits.count),
  destinationId: z.uuid().nullable().default(null),
  hasWindowsNodes: flag,
  mayAskSource: flag,
  wantsCredentials: flag,
});
export type ConfigCheckInput = z.output<typeof configCheckInput>;

/** One text, and what the linter says of it. */
export interface CheckedText {
  path: string;
  findings: readonly ConfigFinding[];
}

export interface CheckedConfig {
  texts: readonly CheckedText[];
  /** What Windows nodes ask by all mirror sets together; null where there are none, or no such nodes. */
  windows: WindowsNodesView | null;
  /** Images that are known to stand at the destination, and how many were left out, since the texts are too long. */
  imageCount: number;
  leftOutCount: number;
  /** More stand there than are known here. */
  isCut: boolean;
}

/** Whether a text without a name is a `hosts.toml` of containerd: nothing else has such lines. */
export const looksLikeHosts = (text: string): boolean =>
  /^[ \t]*(?:\[[ \t]*host[ \t]*\.|server[ \t]*=)/m.test(text);
