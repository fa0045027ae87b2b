"use client";

import { FileUp } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useId, useState } from "react";
import { classNames } from "./class-names.ts";
import { useEarlyInput } from "./use-early-input.ts";

interface FileDropProps {
  onFiles: (files: readonly File[]) => void;
  /** The button's name. */
  chooseLabel: string;
  /** Beside the button: that files can be dropped, and what happens when they are while they hang over the page. */
  dropText: string;
  dropNowText: string;
  /** What becomes of the files. */
  note: ReactNode;
  /** What is wrong with those that were chosen; takes the place of the note. */
  error?: string | undefined;
}

/** Files to choose, or to drop anywhere on the page: one that misses a small target would take the page's place. */
export function FileDrop({ onFiles, chooseLabel, dropText, dropNowText, note, error }: FileDropProps) {
  const id = useId();
  const dragging = useDroppedFiles(onFiles);
  return (
    <div className="relative">
      <input
        ref={useEarlyInput<HTMLInputElement>()}
        id={id}
        type="file"
        multiple
        title={chooseLabel}
        aria-describedby={`${id}-note`}
        aria-invalid={error === undefined ? undefined : true}
        className="peer absolute inset-0 z-10 size-full cursor-pointer opacity-0 file:cursor-pointer"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // Choosing the same file again is a change, too.
          event.target.value = "";
        }}
      />
      <div
        className={classNames(
          "flex min-h-40 flex-col items-center justify-center gap-2 rounded border border-dashed border-line-strong p-4 text-center text-compact transition-colors peer-hover:border-accent peer-hover:bg-hover peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus peer-aria-invalid:border-danger",
          dragging && "border-accent bg-selected",
        )}
      >
        <FileUp aria-hidden className="size-8 stroke-1 text-muted" />
        <label
          htmlFor={id}
          className="inline-flex h-8 target items-center rounded border border-accent px-3 font-medium text-link"
        >
          {chooseLabel}
        </label>
        <p>{dragging ? dropNowText : dropText}</p>
        <p
          id={`${id}-note`}
          className={classNames("max-w-md text-xs", error === undefined ? "text-muted" : "text-danger")}
        >
          {error ?? note}
        </p>
      </div>
    </div>
  );
}

/** @returns whether files hang over the page */
function useDroppedFiles(onFiles: (files: readonly File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const giveFiles = useEffectEvent(onFiles);
  useEffect(() => {
    const listening = new AbortController();
    const options = { signal: listening.signal };
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    window.addEventListener(
      "dragover",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDragging(true);
      },
      options,
    );
    window.addEventListener(
      "dragleave",
      (event) => {
        // Between two elements of the page there is a next one.
        if (event.relatedTarget === null) setDragging(false);
      },
      options,
    );
    window.addEventListener(
      "drop",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDragging(false);
        giveFiles([...(event.dataTransfer?.files ?? [])]);
      },
      options,
    );
    return () => listening.abort();
  }, []);
  return dragging;
}
