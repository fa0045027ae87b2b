import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Code } from "#components/ui/code.tsx";
import type { JobNotice, JobSnapshot } from "#lib/services/jobs/index.ts";

const maxNamed = 12;

const kinds = {
  "harbor-projects-missing": { text: "missing", status: "info" },
  "harbor-projects-created": { text: "created", status: "info" },
  "harbor-projects-private": { text: "private", status: "warning" },
  "harbor-projects-unchecked": { text: "unchecked", status: "warning" },
} as const satisfies Record<JobNotice["code"], object>;

/** What a person should know of a job though nothing has failed. */
export function JobNotices({ notices }: Pick<JobSnapshot, "notices">) {
  return notices.map((notice) => <ProjectNotice key={notice.code} notice={notice} />);
}

function ProjectNotice({ notice: { code, facts } }: { notice: JobNotice }) {
  const t = useTranslations("jobs.notices");
  const { text, status } = kinds[code];
  const { registry, projects, count } = facts;
  const named = projects.slice(0, maxNamed);
  return (
    <Alert
      status={status}
      live="off"
      title={<span className="wrap-anywhere">{t(`${text}.title`, { count, registry })}</span>}
    >
      <ul className="flex flex-wrap gap-x-3">
        {named.map((project) => (
          <li key={project}>
            <Code>{project}</Code>
          </li>
        ))}
        {count > named.length && <li>{t("more", { count: count - named.length })}</li>}
      </ul>
      <p>{t(`${text}.help`)}</p>
    </Alert>
  );
}
