import { z } from "zod";
import {
  type ChecklistEnvironment,
  checklistEnvironments,
  type ChecklistItem,
  findEndpointService,
  formatEndpointService,
  listChecklist,
} from "#lib/domain/cluster-config/checklists.ts";
import type { OrganizationChoice } from "./organizations.ts";

export { type ChecklistEnvironment, type ChecklistItem, findEndpointService, formatEndpointService };

const environment = z.enum(checklistEnvironments);
/** Null: the provider's own. */
const organizationId = z.uuid().nullable();

/** An item in one environment's list of an organization, and whether it is to be ticked. */
export const tickSwitchInput = z
  .object({ organizationId, environment, item: z.string().max(100), isTicked: z.boolean() })
  .transform(({ item, ...rest }, context) => {
    const known = listChecklist(rest.environment).find((each) => each === item);
    if (known !== undefined) return { ...rest, item: known };
    context.addIssue({ code: "custom", message: "invalid", path: ["item"] });
    return z.NEVER;
  });
export type TickSwitch = z.output<typeof tickSwitchInput>;

/** One environment's list of an organization. */
export const checklistInput = z.object({ organizationId, environment });
export type ChecklistInput = z.output<typeof checklistInput>;

/** Whose lists are shown; without one, the reader's own. */
export const checklistsQuery = z.object({ organization: z.uuid().optional().catch(undefined) });

/** Who has ticked an item, and when. */
export interface ItemTick {
  /** Null where a tenant reads and it was one of the provider's people. */
  by: string | null;
  at: string;
}

export interface ChecklistRow {
  item: ChecklistItem;
  /** Null while it is not ticked. */
  tick: ItemTick | null;
}

export interface EnvironmentChecklist {
  environment: ChecklistEnvironment;
  rows: ChecklistRow[];
}

export interface OrganizationChecklists {
  /** Null: the provider's own. */
  organization: OrganizationChoice | null;
  checklists: EnvironmentChecklist[];
}
