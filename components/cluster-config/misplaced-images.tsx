"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import type { ConfigTopic, MadeConfig } from "#lib/schemas/cluster-config.ts";

const firsts = 5;

/** Images that nodes will not find by what was made, however right it is. */
export function MisplacedImages({ topic, made }: { topic: ConfigTopic; made: MadeConfig }) {
  const t = useTranslations("clusterConfig.result");
  const { misplaced, misplacedCount } = made;
  if (misplacedCount === 0) return null;
  const shown = misplaced.slice(0, firsts);
  return (
    <Alert status="warning" live="polite" title={t("misplaced", { count: misplacedCount })}>
      <p>{t(topic === "hosts-toml" ? "misplacedHelp.hosts-toml" : "misplacedHelp.other")}</p>
      <ul className="mt-1 list-disc space-y-0.5 pl-4 font-mono text-xs">
        {shown.map(({ image, standsAt }) => (
          <li key={image} className="wrap-anywhere">
            {t("standsAt", { image, place: standsAt })}
          </li>
        ))}
      </ul>
      {misplacedCount > shown.length && <p>{t("misplacedMore", { count: misplacedCount - shown.length })}</p>}
    </Alert>
  );
}
