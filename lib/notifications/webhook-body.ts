import type { NotificationView } from "#lib/schemas/notifications.ts";

/** What a webhook's body is made of. `docs/notifications.md` describes it. */
export interface WebhookEvent extends NotificationView {
  id: string;
  at: Date;
  /** A line in the channel's language. */
  summary: string;
  /** The page that tells more. */
  link: string | null;
}

/** The same text for the same event, however often it is sent. */
export function formatWebhookBody({
  id,
  kind,
  at,
  summary,
  link,
  organization,
  facts,
}: WebhookEvent): string {
  return JSON.stringify({
    version: 1,
    id,
    event: kind,
    at: at.toISOString(),
    summary,
    link,
    organization,
    facts,
  });
}
