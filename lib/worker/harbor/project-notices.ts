import type { JobNotice } from "#lib/services/jobs/index.ts";

/** Of more names nobody reads the list. */
const maxNamed = 100;

/** What is to be said of projects; nothing of none. */
export function noticeProjects(
  code: JobNotice["code"],
  registry: string,
  projects: readonly string[],
): JobNotice[] {
  if (projects.length === 0) return [];
  return [{ code, facts: { registry, projects: projects.slice(0, maxNamed), count: projects.length } }];
}
