"use client";

import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { controlLook } from "./control-look.ts";
import { useEarlyInput } from "./use-early-input.ts";

/** A line of text. Inside a `Field` take its props from there: they tie it to label, help and error. */
export function Input({ className, type = "text", ref, ...rest }: ComponentProps<"input">) {
  return (
    <input
      ref={useEarlyInput(ref)}
      type={type}
      className={classNames(controlLook, "h-8 target", className)}
      {...rest}
    />
  );
}

interface TextareaProps extends ComponentProps<"textarea"> {
  /** For PEM, lists of references and the like: fixed-width, unwrapped, without spelling marks. */
  code?: boolean;
}

export function Textarea({ className, code = false, rows = 5, ref, ...rest }: TextareaProps) {
  const codeProps = code ? ({ spellCheck: false, wrap: "off", autoCapitalize: "off" } as const) : {};
  return (
    <textarea
      ref={useEarlyInput(ref)}
      rows={rows}
      className={classNames(controlLook, "block py-1.5", code && "font-mono text-xs", className)}
      {...codeProps}
      {...rest}
    />
  );
}
