import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { localeNames } from "#lib/i18n/locales.ts";
import type { ChannelDetail } from "#lib/schemas/notifications.ts";
import { ChannelTest } from "./channel-test.tsx";
import { LastOutcome } from "./last-outcome.tsx";

/** Where a channel leads, and what it tells. */
export function ChannelDetails({ channel, mayWrite }: { channel: ChannelDetail; mayWrite: boolean }) {
  const t = useTranslations("notifications");
  const tCommon = useTranslations("common");
  const { kind, events, organization, locale, lastError, state } = channel;
  const own: Description[] = [
    ...(channel.caPem === "" ? [] : [{ label: t("caPem"), value: t("caStored") }]),
    { label: t("lastAttempt"), value: <LastOutcome {...channel} /> },
  ];
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <Card title={t("connection")}>
        <div className="space-y-4">
          {lastError && state !== "stopped" && <ErrorAlert error={lastError} live="off" />}
          <DescriptionList
            items={[
              { label: t("kind"), value: t(`kinds.${kind}`) },
              ...(kind === "webhook" ? webhookItems(channel, t) : mailItems(channel, t)),
              ...own,
            ]}
          />
          {mayWrite && <ChannelTest channel={channel} />}
        </div>
      </Card>
      <Card title={t("what")}>
        <DescriptionList
          items={[
            {
              label: t("events"),
              value: (
                <ul className="space-y-1">
                  {events.map((each) => (
                    <li key={each}>{t(`eventKinds.${each}`)}</li>
                  ))}
                </ul>
              ),
            },
            { label: t("onlyOrganization"), value: organization?.displayName ?? t("allOrganizations") },
            { label: t("locale"), value: localeNames[locale] },
            { label: tCommon("createdAt"), value: <DateTime value={channel.createdAt} /> },
          ]}
        />
      </Card>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslations<"notifications">>;

function webhookItems({ url, proxyUrl }: ChannelDetail, t: Translate): Description[] {
  return [
    { label: t("url"), value: <Code>{url}</Code> },
    ...(proxyUrl === "" ? [] : [{ label: t("proxyUrl"), value: <Code>{proxyUrl}</Code> }]),
  ];
}

function mailItems(channel: ChannelDetail, t: Translate): Description[] {
  const { host, port, security, username, sender, recipients } = channel;
  return [
    { label: t("host"), value: t("server", { host, port: String(port) }) },
    { label: t("security"), value: t(`securities.${security}`) },
    ...(username === "" ? [] : [{ label: t("username"), value: <Code>{username}</Code> }]),
    { label: t("sender"), value: <Code>{sender}</Code> },
    { label: t("recipients"), value: <span className="wrap-anywhere">{recipients.join(", ")}</span> },
  ];
}
