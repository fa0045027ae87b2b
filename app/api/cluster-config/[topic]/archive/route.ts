import { getFormatter, getTranslations } from "next-intl/server";
import { formatConfigReadme } from "#lib/i18n/config-readme.ts";
import { defineRoute } from "#lib/routes/define-route.ts";
import { archiveResponse } from "#lib/routes/archive-response.ts";
import { readJson } from "#lib/routes/read-body.ts";
import { configForm, configTopicParams } from "#lib/schemas/cluster-config.ts";
import { makeConfig } from "#lib/services/cluster-config/index.ts";

/** All files as one archive, with a README in the reader's language. */
export const POST = defineRoute({
  permission: "cluster-config.read",
  params: configTopicParams,
  run: async ({ access, params: { topic }, request }) => {
    const form = await readJson(request, configForm);
    const [made, guides, words, format] = await Promise.all([
      makeConfig(access, topic, form),
      getTranslations("configGuides"),
      getTranslations("clusterConfig.readme"),
      getFormatter(),
    ]);
    const date = format.dateTime(new Date(), { dateStyle: "long" });
    const content = formatConfigReadme({ topic, made, date, guides, words });
    return archiveResponse(topic, [{ path: "README.md", content, isSecret: false }, ...made.files]);
  },
});
