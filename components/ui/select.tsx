"use client";

import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { controlLook } from "./control-look.ts";
import { useEarlyInput } from "./use-early-input.ts";

interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

interface SelectProps extends Omit<ComponentProps<"select">, "children" | "multiple"> {
  options: readonly Option[];
  /** Shown first, with an empty value: "All", or what is to be chosen. */
  placeholder?: string;
}

/** The platform's own select: it needs no script, and phones show their own list. */
export function Select({ options, placeholder, className, ref, ...rest }: SelectProps) {
  return (
    <span className={classNames("relative block", className)}>
      <select
        ref={useEarlyInput(ref)}
        className={classNames(controlLook, "h-8 target appearance-none pr-7 text-ellipsis")}
        {...rest}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  );
}
