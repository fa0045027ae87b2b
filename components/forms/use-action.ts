"use client";

import { useState, useTransition } from "react";
import { type ErrorView, unreachable } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";

/** Calls a server action; `error` is why it failed, until the next try. */
export function useAction<Input, Value>(action: (input: Input) => Promise<ActionResult<Value>>) {
  const [pending, startTransition] = useTransition();
  const [error, setError] = useState<ErrorView | null>(null);

  /** `onSuccess` runs within the same transition, so a navigation keeps it pending. */
  const run = (input: Input, onSuccess?: (value: Value) => void) =>
    new Promise<ActionResult<Value>>((resolve) => {
      startTransition(async () => {
        const result = await call(action, input);
        startTransition(() => {
          setError(result.ok ? null : result.error);
          if (result.ok) onSuccess?.(result.value);
        });
        resolve(result);
      });
    });

  return { run, pending, error, reset: () => setError(null) };
}

async function call<Input, Value>(
  action: (input: Input) => Promise<ActionResult<Value>>,
  input: Input,
): Promise<ActionResult<Value>> {
  try {
    return await action(input);
  } catch {
    // An action returns its failures; what is thrown here never reached the server or never came back.
    return { ok: false, error: unreachable };
  }
}
