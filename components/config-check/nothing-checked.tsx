import { ListChecks } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

const known = ["openshift", "tanzu", "vcd", "nodes", "workloads"] as const;

/** Before the first check: what is known here. */
export function NothingChecked() {
  const t = useTranslations("configCheck.empty");
  return (
    <Card>
      <EmptyState icon={ListChecks} title={t("title")}>
        <p>{t("help")}</p>
        <ul className="list-disc space-y-1 pt-2 pl-5 text-left">
          {known.map((key) => (
            <li key={key}>{t(key)}</li>
          ))}
        </ul>
      </EmptyState>
    </Card>
  );
}
