import { Stethoscope } from "lucide-react";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { formatExamineHref } from "#lib/schemas/doctor.ts";

/** Leads to the doctor with a registry filled in. */
export function ExamineLink({ host }: { host: string }) {
  const t = useTranslations("doctor");
  return (
    <ButtonLink size="sm" href={formatExamineHref({ address: host })} icon={<Stethoscope aria-hidden />}>
      {t("examineFailure", { host })}
    </ButtonLink>
  );
}
