import type { Role } from "#lib/db/generated/enums.ts";
import type { Permission } from "./permissions.ts";

/** The signed-in person, as far as the browser may know. */
export interface Viewer {
  username: string;
  name: string;
  role: Role;
  /** The tenant's organization; null for those who see all of them. */
  organizationName: string | null;
  locale: string | null;
  permissions: Permission[];
}
