import { z } from "zod";

/** What an organization publishes; a tenant's is its own, whatever stands here. */
export const startPublishInput = z.object({ organizationId: z.uuid() });
export type StartPublishInput = z.output<typeof startPublishInput>;
