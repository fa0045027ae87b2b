"use client";

import { useRef, useState } from "react";
import { configTextLimits } from "#lib/schemas/config-check.ts";
import { type FileRefusal, type GivenFile, readFile } from "./given-texts.ts";
import { measureText } from "./sent-size.ts";

/** Beside what was pasted. */
export const maxFiles = configTextLimits.count - 1;

interface RefusedFile {
  name: string;
  refusal: FileRefusal | "too-many";
}

/** The files that are to be checked, read as they are chosen. */
export function useGivenFiles() {
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const [refused, setRefused] = useState<readonly RefusedFile[]>([]);
  const lastId = useRef(0);

  const add = async (chosen: readonly File[]) => {
    const room = Math.max(0, maxFiles - files.length);
    const read = await Promise.all(
      chosen.slice(0, room).map(async (file) => ({
        name: file.webkitRelativePath || file.name,
        ...(await readFile(file)),
      })),
    );
    const good = read.flatMap((each): GivenFile[] => {
      if (!("text" in each)) return [];
      const { name, text, sizeBytes } = each;
      return [{ id: ++lastId.current, name, text, sizeBytes, sentBytes: measureText(text), host: "" }];
    });
    setFiles((before) => [...before, ...good].slice(0, maxFiles));
    setRefused([
      ...read.flatMap((each) => ("refusal" in each ? [{ name: each.name, refusal: each.refusal }] : [])),
      ...chosen.slice(room).map(({ name }) => ({ name, refusal: "too-many" as const })),
    ]);
  };

  return {
    files,
    refused,
    add,
    remove: (id: number) => setFiles((before) => before.filter((file) => file.id !== id)),
    setHost: (id: number, host: string) =>
      setFiles((before) => before.map((file) => (file.id === id ? { ...file, host } : file))),
  };
}
