import "server-only";
import { headers } from "next/headers";
import type { z } from "zod";
import type { Access } from "#lib/auth/access.ts";
import { authorize } from "#lib/auth/authorize.ts";
import { assertSameOrigin } from "#lib/auth/origin.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { errorView } from "#lib/error-view.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";

interface Action<P extends Permission, S extends z.ZodType, T> {
  permission: P;
  input: S;
  run: (access: Access<P>, input: z.output<S>) => Promise<T>;
}

/**
 * A write that the browser may call: authorizes, parses the input once, runs the service, and returns failures as
 * values. Next refuses another Origin itself, but takes a request that names none.
 */
export function defineAction<P extends Permission, S extends z.ZodType, T>(action: Action<P, S, T>) {
  return async (input: z.input<S>): Promise<ActionResult<T>> => {
    try {
      assertSameOrigin(await headers());
      const access = await authorize(action.permission);
      return { ok: true, value: await action.run(access, action.input.parse(input)) };
    } catch (error) {
      return { ok: false, error: errorView(error) };
    }
  };
}
