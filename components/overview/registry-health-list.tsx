import { useTranslations } from "next-intl";
import { HealthLabel } from "#components/registries/health-label.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { RegistryRow } from "#lib/schemas/registries.ts";

/** How each registry answered when it was last asked; every five minutes. */
export function RegistryHealthList({ registries }: { registries: RegistryRow[] }) {
  const t = useTranslations("overview");
  return (
    <Card
      title={t("health")}
      aside={
        <Link href="/registries" className="text-compact link">
          {t("allRegistries")}
        </Link>
      }
      flush
    >
      {registries.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("noRegistries")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {registries.map(({ id, name, host, health }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-compact">
              <span className="min-w-32 flex-1">
                <Link href={`/registries/${id}`} className="font-semibold link">
                  {name}
                </Link>
                <span className="block font-mono text-xs break-all text-muted">{host}</span>
              </span>
              <HealthLabel state={health.state} latencyMs={health.latencyMs} />
              {health.probedAt !== null && (
                <span className="text-muted">
                  <RelativeTime value={health.probedAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
