"use client";

import { FileUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { controlLook } from "./control-look.ts";
import { useEarlyInput } from "./use-early-input.ts";

interface FileInputProps extends Omit<ComponentProps<"input">, "type" | "value" | "className"> {
  buttonLabel: string;
  /** What was chosen, or that nothing was. */
  children: ReactNode;
}

/**
 * A file to choose. The platform's own control lies unseen over the look, since its texts are in the browser's language;
 * clicks, keys and dropped files still reach it.
 */
export function FileInput({ buttonLabel, children, ref, ...rest }: FileInputProps) {
  return (
    <span className="relative block">
      <input
        ref={useEarlyInput(ref)}
        type="file"
        title={buttonLabel}
        className="peer absolute inset-0 z-10 cursor-pointer opacity-0 file:cursor-pointer"
        {...rest}
      />
      <span
        aria-hidden
        className={classNames(
          controlLook,
          "flex target min-h-8 items-center gap-3 py-1 pl-1 peer-hover:border-accent peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus peer-aria-invalid:border-danger",
        )}
      >
        <span className="inline-flex h-6 shrink-0 items-center gap-1.5 rounded border border-accent px-2 text-xs font-medium text-link max-md:h-9">
          <FileUp className="size-4" />
          {buttonLabel}
        </span>
        <span className="min-w-0 wrap-anywhere">{children}</span>
      </span>
    </span>
  );
}
