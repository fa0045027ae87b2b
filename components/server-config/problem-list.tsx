import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { Link } from "#components/ui/link.tsx";
import { useConfigProblemText } from "#lib/i18n/use-config-problem-text.ts";
import { type ConfigField, type ConfigProblem, isWarning } from "#lib/schemas/server-config.ts";

const pages: Readonly<Partial<Record<ConfigField, string>>> = {
  containerRegistryUrl: "/settings/container-registry",
  bootstrapCertificates: "/settings/certificates",
  clusterCertificates: "/settings/certificates",
};

interface ProblemListProps {
  problems: readonly ConfigProblem[];
  /** Whether the fields of other pages are led to. */
  linked?: boolean;
}

/** What is wrong with a configuration, each with its field and place. */
export function ProblemList({ problems, linked = false }: ProblemListProps) {
  const t = useTranslations("serverConfig");
  const problemText = useConfigProblemText();
  return (
    <ul className="space-y-1.5">
      {problems.map((problem) => {
        const { field, path, code, index } = problem;
        const page = linked && field !== null ? pages[field] : undefined;
        return (
          <li key={`${path} ${code} ${index}`} className="text-compact">
            <StatusLabel status={isWarning(code) ? "warning" : "danger"} className="items-start">
              {field !== null && (
                <span className="font-medium">
                  {page === undefined ? (
                    t(`fields.${field}.label`)
                  ) : (
                    <Link href={page} className="link">
                      {t(`fields.${field}.label`)}
                    </Link>
                  )}
                  {": "}
                </span>
              )}
              <span className="wrap-anywhere">{problemText(problem)}</span>{" "}
              {field === null && path !== "" && <Code className="text-muted">{path}</Code>}
            </StatusLabel>
          </li>
        );
      })}
    </ul>
  );
}
