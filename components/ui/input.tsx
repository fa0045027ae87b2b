import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

export const controlLook =
  "w-full rounded border border-line-strong bg-surface px-2 text-compact text-fg transition-colors placeholder:text-faint hover:border-accent aria-invalid:border-danger disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken max-md:text-base";

/** A line of text. Inside a `Field` take its props from there: they tie it to label, help and error. */
export function Input({ className, type = "text", ...rest }: ComponentProps<"input">) {
  return <input type={type} className={classNames(controlLook, "h-8 target", className)} {...rest} />;
}

interface TextareaProps extends ComponentProps<"textarea"> {
  /** For PEM, lists of references and the like: fixed-width, unwrapped, without spelling marks. */
  code?: boolean;
}

export function Textarea({ className, code = false, rows = 5, ...rest }: TextareaProps) {
  const codeProps = code ? ({ spellCheck: false, wrap: "off", autoCapitalize: "off" } as const) : {};
  return (
    <textarea
      rows={rows}
      className={classNames(controlLook, "block py-1.5", code && "font-mono text-xs", className)}
      {...codeProps}
      {...rest}
    />
  );
}
