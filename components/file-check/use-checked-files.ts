import { useEffect, useReducer } from "react";
import type { Checksums } from "#lib/engine/checksums/checksums.ts";
import { hashFile, type HashFailure, type HashReport } from "./hash-file.ts";

/** More are a mistake, such as a whole folder's. */
export const maxFiles = 100;

export type CheckedFile = { readonly id: number; readonly file: File } & FileState;

type FileState =
  | { readonly state: "waiting" | "cancelled" }
  | { readonly state: "reading"; readonly readBytes: number; readonly elapsedMs: number }
  | { readonly state: "done"; readonly checksums: Checksums }
  | { readonly state: "failed"; readonly reason: HashFailure };

type Change =
  | { type: "add"; files: readonly File[] }
  | { type: "remove" | "cancel" | "again"; id: number }
  | { type: "clear" }
  | { type: "report"; id: number; report: HashReport };

interface CheckedFiles {
  readonly files: readonly CheckedFile[];
  readonly nextId: number;
  /** Of those that were added last. */
  readonly leftOut: number;
  /** The file that changed last in a way worth telling. */
  readonly lastEnded: number | null;
}

const none: CheckedFiles = { files: [], nextId: 1, leftOut: 0, lastEnded: null };

function change(current: CheckedFiles, action: Change): CheckedFiles {
  const { files, nextId } = current;
  const setState = (id: number, state: FileState): readonly CheckedFile[] =>
    files.map((each) => (each.id === id ? { id, file: each.file, ...state } : each));
  switch (action.type) {
    case "add": {
      const added = action.files.slice(0, maxFiles - files.length);
      return {
        ...current,
        files: [
          ...files,
          ...added.map((file, index): CheckedFile => ({ id: nextId + index, file, state: "waiting" })),
        ],
        nextId: nextId + added.length,
        leftOut: action.files.length - added.length,
      };
    }
    case "remove":
      return { ...current, files: files.filter(({ id }) => id !== action.id), leftOut: 0 };
    case "clear":
      return { ...none, nextId };
    case "cancel":
      return { ...current, files: setState(action.id, { state: "cancelled" }), lastEnded: action.id };
    case "again":
      return { ...current, files: setState(action.id, { state: "waiting" }) };
    case "report": {
      const { id, report } = action;
      if (report.type === "progress") {
        const { readBytes, elapsedMs } = report;
        return { ...current, files: setState(id, { state: "reading", readBytes, elapsedMs }) };
      }
      const ended: FileState =
        report.type === "done"
          ? { state: "done", checksums: report.checksums }
          : { state: "failed", reason: report.reason };
      return { ...current, files: setState(id, ended), lastEnded: id };
    }
  }
}

/** Files whose checksums are computed one after another: two at once would only make a disk seek. */
export function useCheckedFiles() {
  const [current, dispatch] = useReducer(change, none);
  const { files } = current;
  const active =
    files.find(({ state }) => state === "reading") ?? files.find(({ state }) => state === "waiting");
  const id = active?.id;
  const file = active?.file;
  useEffect(() => {
    if (id === undefined || file === undefined) return;
    return hashFile(file, (report) => dispatch({ type: "report", id, report }));
  }, [id, file]);
  return {
    ...current,
    add: (added: readonly File[]) => dispatch({ type: "add", files: added }),
    remove: (removed: number) => dispatch({ type: "remove", id: removed }),
    cancel: (cancelled: number) => dispatch({ type: "cancel", id: cancelled }),
    again: (repeated: number) => dispatch({ type: "again", id: repeated }),
    clear: () => dispatch({ type: "clear" }),
  };
}
