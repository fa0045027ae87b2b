import { type ConfigCheckInput, configTextLimits, looksLikeHosts } from "#lib/schemas/config-check.ts";
import type { CheckFields } from "./check-fields.ts";

/** A file that somebody has chosen. */
export interface GivenFile {
  id: number;
  /** With its folder, where the browser tells it. */
  name: string;
  text: string;
  sizeBytes: number;
  /** Of a request. */
  sentBytes: number;
  /** The registry that a `hosts.toml` is for, which its folder would name. */
  host: string;
}

/** Whether a file's folder should say which registry it is for, and there is none. */
export const needsHost = ({ name }: Pick<GivenFile, "name">): boolean => /^[^/]*\.toml$/i.test(name);

/** As the linter wants a file to be called: below a folder that containerd looks in on Linux and on Windows. */
export function pathOf(file: Pick<GivenFile, "name" | "host">): string {
  const host = file.host.trim().replace(/:(\d{1,5})$/, "_$1_");
  return needsHost(file) && host !== "" ? `${host}/${file.name}` : file.name;
}

/** What is to be checked: what was pasted, unless that is nothing, and the files. */
export function listTexts(
  { pasted, pastedHost }: Pick<CheckFields, "pasted" | "pastedHost">,
  files: readonly GivenFile[],
): ConfigCheckInput["texts"] {
  const path = looksLikeHosts(pasted) ? pathOf({ name: "hosts.toml", host: pastedHost }) : "";
  return [
    ...(pasted.trim() === "" ? [] : [{ path, text: pasted }]),
    ...files.map((file) => ({ path: pathOf(file), text: file.text })),
  ];
}

export type FileRefusal = "too-large" | "not-text" | "unreadable";

interface ReadFile {
  text: string;
  sizeBytes: number;
}

/** The text of a file, or why it is none that could be checked. */
export async function readFile(file: File): Promise<ReadFile | { refusal: FileRefusal }> {
  // No character takes less than a byte.
  if (file.size > configTextLimits.length) return { refusal: "too-large" };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    // A folder that was dropped, or a file that is gone.
    return { refusal: "unreadable" };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? { refusal: "not-text" } : { text, sizeBytes: bytes.byteLength };
  } catch {
    return { refusal: "not-text" };
  }
}
