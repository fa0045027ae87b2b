import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { useConfigGuideText } from "#lib/i18n/use-config-guide-text.ts";
import { configGroups } from "#lib/schemas/cluster-config.ts";

/** Whom configuration can be made for. */
export function TopicList({ placeId }: { placeId: string }) {
  const t = useTranslations("clusterConfig");
  const guide = useConfigGuideText();
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      {(Object.keys(configGroups) as (keyof typeof configGroups)[]).map((group) => (
        <Card key={group} title={t(`groups.${group}`)} flush>
          <ul className="divide-y divide-line">
            {configGroups[group].map((topic) => {
              const { title, description } = guide.kind(topic);
              return (
                <li key={topic} className="space-y-0.5 px-4 py-3">
                  <Link href={`/cluster-config/${topic}?destination=${placeId}`} className="font-semibold">
                    {title}
                  </Link>
                  <p className="text-compact text-muted">{description}</p>
                </li>
              );
            })}
          </ul>
        </Card>
      ))}
    </div>
  );
}
