import { defineRoute } from "#lib/routes/define-route.ts";
import { kubernetesLookUpQuery } from "#lib/schemas/discoveries.ts";
import { lookUpKubernetesReleases } from "#lib/services/releases/index.ts";

/** KubernetesRelease[] of a version of TKG at a source. */
export const GET = defineRoute({
  permission: "catalog.write",
  query: kubernetesLookUpQuery,
  run: async ({ access, query, request }) =>
    Response.json(await lookUpKubernetesReleases(access, query, request.signal)),
});
