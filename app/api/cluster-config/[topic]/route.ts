import { defineRoute } from "#lib/routes/define-route.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { configForm, configTopicParams } from "#lib/schemas/cluster-config.ts";
import { makeConfig } from "#lib/services/cluster-config/index.ts";

/** MadeConfig. A question with a body: it may have a password in it. */
export const POST = defineRoute({
  permission: "cluster-config.read",
  params: configTopicParams,
  run: async ({ access, params, request }) =>
    Response.json(await makeConfig(access, params.topic, await readJson(request, configForm))),
});
