// src/pkg/project/manager.go in https://github.com/goharbor/harbor: stricter than a repository's component, which may
// hold `__` and several hyphens in a row.
const pattern = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const maxLength = 255;

/** Whether Harbor lets a project have this name. */
export function isProjectName(name: string): boolean {
  return name.length <= maxLength && pattern.test(name);
}
