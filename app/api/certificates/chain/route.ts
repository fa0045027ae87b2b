import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { fetchChainInput } from "#lib/schemas/certificates.ts";
import { fetchServerChain } from "#lib/services/certificates/index.ts";

/** ServerChain of the server that the body names. */
export const POST = defineRoute({
  permission: "certificate.write",
  run: async ({ access, request }) => {
    const { address } = await readJson(request, fetchChainInput);
    return Response.json(await fetchServerChain(access, address, request.signal));
  },
});
