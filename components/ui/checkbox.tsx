"use client";

import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { classNames } from "./class-names.ts";
import { useEarlyInput } from "./use-early-input.ts";

interface ChoiceProps extends Omit<ComponentProps<"input">, "type" | "children"> {
  label: ReactNode;
  help?: ReactNode;
  /** The label is there for those who cannot see the context only. */
  hideLabel?: boolean;
}

/** A box to tick, with its label. */
export function Checkbox(props: ChoiceProps) {
  return <Choice type="checkbox" look="mt-0.5 size-4 shrink-0 accent-accent" {...props} />;
}

/** One of several; give all of them the same `name`. */
export function Radio(props: ChoiceProps) {
  return <Choice type="radio" look="mt-0.5 size-4 shrink-0 accent-accent" {...props} />;
}

function Choice({
  look,
  label,
  help,
  hideLabel = false,
  className,
  id,
  ref,
  ...rest
}: ChoiceProps & { type: "checkbox" | "radio"; look: string }) {
  const ownId = useId();
  const helpId = `${ownId}-help`;
  return (
    <div className={className}>
      <label
        className={classNames(
          "inline-flex target items-start gap-2 text-compact max-md:py-2.5",
          rest.disabled === true && "cursor-not-allowed text-muted",
        )}
      >
        <input
          ref={useEarlyInput(ref)}
          id={id ?? ownId}
          className={look}
          aria-describedby={help === undefined ? undefined : helpId}
          {...rest}
        />
        <span className={hideLabel ? "sr-only" : undefined}>{label}</span>
      </label>
      {help !== undefined && (
        <p id={helpId} className="pl-6 text-xs text-muted max-md:-mt-2">
          {help}
        </p>
      )}
    </div>
  );
}
