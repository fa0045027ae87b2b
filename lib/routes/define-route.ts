import "server-only";
import { z } from "zod";
import type { Access } from "#lib/auth/access.ts";
import { authorize } from "#lib/auth/authorize.ts";
import { assertSameOrigin } from "#lib/auth/origin.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, hasCodeAndFacts } from "#lib/errors.ts";

interface Route<P extends Permission, Params extends z.ZodType, Query extends z.ZodType> {
  permission: P;
  params?: Params;
  query?: Query;
  run: (request: {
    access: Access<P>;
    params: z.output<Params>;
    query: z.output<Query>;
    request: Request;
  }) => Promise<Response>;
}

const nothing = z.object({});

/**
 * A route handler that authorizes and parses before its body runs. Whatever is not a read must come from the panel's
 * own origin, and counts as use of the session: reads are what live pages ask for by themselves. Failures are `{ error: { code, facts } }` with the status of the code.
 */
export function defineRoute<
  P extends Permission,
  Params extends z.ZodType = typeof nothing,
  Query extends z.ZodType = typeof nothing,
>(route: Route<P, Params, Query>) {
  const paramsSchema = route.params ?? nothing;
  const querySchema = route.query ?? nothing;
  return async (request: Request, context: { params: Promise<unknown> }): Promise<Response> => {
    try {
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (!isRead) assertSameOrigin(request.headers);
      const access = await authorize(route.permission, isRead ? "watches" : "uses");
      // A route without parameters gets none from Next, not an empty object.
      const params = paramsSchema.parse((await context.params) ?? {}) as z.output<Params>;
      const search = Object.fromEntries(new URL(request.url).searchParams);
      const query = querySchema.parse(search) as z.output<Query>;
      return await route.run({ access, params, query, request });
    } catch (error) {
      return Response.json({ error: errorView(error) }, { status: statusOf(error) });
    }
  };
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.status;
  if (error instanceof z.ZodError) return 400;
  // The engine's: a registry, not the panel, has not done what it should.
  return hasCodeAndFacts(error) ? 502 : 500;
}
