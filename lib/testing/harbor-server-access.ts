/** A user, or a robot account: of the whole Harbor (`system`), or of one project. */
export interface HarborAccount {
  readonly kind: "user" | "system-robot" | "project-robot";
  /** Robots: with the prefix, `robot$name` or `robot$project+name`. */
  readonly name: string;
  readonly password: string;
  /** Of a user. */
  readonly administrator?: boolean;
  /** Of a robot of the system: the right to create projects. */
  readonly createsProjects?: boolean;
  /** Projects that it is a member of, or has rights in. */
  readonly projects?: readonly string[];
}

export interface HarborProject {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  readonly ownerName: string;
  /** Of the registry that a proxy cache fetches from. */
  readonly registryId: number | null;
}

/** Who is signed in; null for everybody else, among them those with a wrong password: src/server/middleware/security. */
export function findAccount(
  accounts: readonly HarborAccount[],
  authorization: string | undefined,
): HarborAccount | null {
  const encoded = /^Basic (?<encoded>.+)$/.exec(authorization ?? "")?.groups?.encoded ?? "";
  const [name, ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return accounts.find((account) => account.name === name && account.password === password.join(":")) ?? null;
}

/** Whether a project's description is shown: src/common/rbac/project/rbac_user.go, src/common/security/robot. */
export function maySee(account: HarborAccount | null, project: HarborProject): boolean {
  if (account?.administrator === true || account?.projects?.includes(project.name)) return true;
  // A robot of the system without any right in projects is not even shown those that are public.
  const isOutside = account?.kind === "system-robot" && (account.projects ?? []).length === 0;
  return project.public && !isOutside;
}

/** `CreateProject` in src/server/v2.0/handler/project.go. */
export function mayCreate(account: HarborAccount, onlyAdministrators: boolean): boolean {
  if (account.kind === "project-robot") return false;
  return !onlyAdministrators || account.administrator === true || account.createsProjects === true;
}
