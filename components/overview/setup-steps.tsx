import { CircleCheck, CircleDashed } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { type Overview, type SetupStep, setupSteps } from "#lib/schemas/overview.ts";

/** The way to the first images, until it is gone to its end; the next open step has the button. */
export function SetupSteps({ overview }: { overview: Overview }) {
  const t = useTranslations("overview.setup");
  const { openSteps } = overview;
  if (openSteps.length === 0) return null;
  const places: Record<SetupStep, string> = {
    source: "/registries/new",
    destination: overview.registries.total === 0 ? "/registries/new" : "/registries",
    trust:
      overview.untrustedRegistryId === null ? "/registries" : `/registries/${overview.untrustedRegistryId}`,
    release: "/catalog/find",
    job: "/jobs/new",
  };
  const next = openSteps[0];
  return (
    <Card title={t("title")} flush>
      <ol className="divide-y divide-line">
        {setupSteps.map((step) => {
          const done = !openSteps.includes(step);
          const Icon = done ? CircleCheck : CircleDashed;
          return (
            <li
              key={step}
              aria-current={step === next ? "step" : undefined}
              className="flex flex-wrap items-center gap-3 px-4 py-3"
            >
              <Icon
                role="img"
                aria-label={t(done ? "done" : "open")}
                className={classNames("size-5 shrink-0", done ? "text-success" : "text-muted")}
              />
              <div className="min-w-48 flex-1">
                <p className={classNames("font-semibold", done && "text-muted")}>{t(`${step}.title`)}</p>
                {!done && <p className="text-compact text-muted">{t(`${step}.help`)}</p>}
              </div>
              {!done && (
                <ButtonLink href={places[step]} variant={step === next ? "primary" : "outline"}>
                  {t(`${step}.action`)}
                </ButtonLink>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
