import { useTranslations } from "next-intl";
import { ResolvedPaths } from "#components/registries/resolved-paths.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import type { PublishPlan } from "#lib/services/publishing/index.ts";
import { formatPlace } from "#components/registries/format-place.ts";

/** Where images are read, and where clusters will look for them. */
export function PublishRoute({ source, destination }: Pick<PublishPlan, "source" | "destination">) {
  const t = useTranslations("publishing");
  return (
    <Card title={t("where")}>
      <DescriptionList
        items={[
          {
            label: t("from"),
            value: source
              ? t.rich("sharedSource", {
                  path: formatPlace(source),
                  code: (chunks) => <Code>{chunks}</Code>,
                })
              : t("ownRegistries"),
          },
          { label: t("to"), value: <ResolvedPaths {...destination} /> },
        ]}
      />
    </Card>
  );
}
