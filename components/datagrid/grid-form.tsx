"use client";

import { type ReactNode, useEffect, useRef, useTransition } from "react";
import { formatGridHref } from "./grid-href.ts";
import { useGridNavigate } from "./grid-navigation.tsx";

// Long enough to type the next letter, short enough to feel immediate.
const typingPauseMs = 350;

interface GridFormProps {
  path: string;
  /** Parameters that stay as they are. */
  keep: object;
  /** What the fields hold now, by name. */
  values: Readonly<Record<string, string>>;
  /** Makes the form a landmark of that name. */
  label?: string;
  children: ReactNode;
  className?: string;
}

/**
 * A GET form over a list's parameters. Without scripts its fields are sent by a button; with them a choice applies at
 * once and typed text after a short pause.
 */
export function GridForm({ path, keep, values, label, children, className }: GridFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const navigate = useGridNavigate();
  const [pending, startTransition] = useTransition();

  const apply = (how: "push" | "replace") => {
    clearTimeout(timer.current);
    if (!form.current) return;
    const fields = Object.fromEntries([...new FormData(form.current)].filter(([name]) => name in values));
    startTransition(() => navigate(formatGridHref(path, { ...keep, ...fields }), how));
  };

  useEffect(() => () => clearTimeout(timer.current), []);

  // The address may change under the form (back, "clear filters"); what is being typed is left alone.
  useEffect(() => {
    for (const field of form.current?.elements ?? []) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
      const value = values[field.name];
      if (value !== undefined && field !== document.activeElement) field.value = value;
    }
  }, [values]);

  return (
    <form
      ref={form}
      action={path}
      method="get"
      {...(label !== undefined && { role: "search", "aria-label": label })}
      aria-busy={pending || undefined}
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        apply("push");
      }}
      onChange={(event) => {
        if (event.target instanceof HTMLSelectElement) {
          apply("push");
        } else {
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply("replace"), typingPauseMs);
        }
      }}
    >
      {Object.entries(keep).flatMap(([name, value]) =>
        (Array.isArray(value) ? (value as unknown[]) : [value])
          .filter((one) => typeof one === "string" || typeof one === "number")
          .map((one) => <input key={`${name}=${one}`} type="hidden" name={name} value={one} />),
      )}
      {children}
    </form>
  );
}
