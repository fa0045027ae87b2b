import { useTranslations } from "next-intl";
import type { Status } from "#components/ui/status.tsx";
import type {
  ChainNote,
  ChainProblem,
  FindingView,
  ReadingProblemView,
} from "#lib/schemas/certificate-views.ts";
import { ProblemTexts } from "./problem-texts.tsx";
import { useCertificateTexts } from "./use-certificate-texts.ts";

const statusOf = { error: "danger", warning: "warning", notice: "info" } as const satisfies Record<
  FindingView["severity"],
  Status
>;

/** What stands against trusting a certificate, or is good to know before. */
export function CertificateFindings({ findings }: { findings: readonly FindingView[] }) {
  const t = useTranslations("certificateViews");
  const texts = useCertificateTexts();
  const items = findings.map((each) => ({
    ...texts.finding(each),
    status: statusOf[each.severity],
    statusLabel: t(`severities.${each.severity}`),
  }));
  return <ProblemTexts label={t("findings")} items={items} />;
}

/** What was wrong, or worth saying, with a text or file that certificates were read from. */
export function ReadingProblems({ problems }: { problems: readonly ReadingProblemView[] }) {
  const t = useTranslations("certificateViews");
  const texts = useCertificateTexts();
  const items = problems.map((each) => ({
    ...texts.reading(each),
    status: statusOf[each.severity],
    statusLabel: t(`severities.${each.severity}`),
  }));
  return <ProblemTexts label={t("findings")} items={items} />;
}

interface ChainProblemsProps {
  problems: readonly ChainProblem[];
  notes?: readonly ChainNote[];
}

/** Why a server's chain is not trusted, and what else was seen of it. */
export function ChainProblems({ problems, notes = [] }: ChainProblemsProps) {
  const t = useTranslations("certificateViews");
  const texts = useCertificateTexts();
  const items = [
    ...problems.map((each) => ({
      ...texts.chain(each),
      status: statusOf.error,
      statusLabel: t("severities.error"),
    })),
    ...notes.map((each) => ({
      ...texts.note(each),
      status: statusOf.notice,
      statusLabel: t("severities.notice"),
    })),
  ];
  return <ProblemTexts label={t("findings")} items={items} />;
}
