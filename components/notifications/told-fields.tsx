import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { localeNames, locales, parseLocale } from "#lib/i18n/locales.ts";
import { channelEvents } from "#lib/schemas/notifications.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { ChannelFieldsProps } from "./webhook-fields.tsx";

interface ToldFieldsProps extends Omit<ChannelFieldsProps, "stored"> {
  organizations: readonly OrganizationChoice[];
}

/** What a channel is told of, of whom, and in which language. */
export function ToldFields({ draft, set, fieldError, organizations }: ToldFieldsProps) {
  const t = useTranslations("notifications");
  const eventsError = fieldError("events");
  return (
    <>
      <FieldSet legend={t("events")}>
        {channelEvents.map((kind) => (
          <Checkbox
            key={kind}
            name="events"
            value={kind}
            checked={draft.events.includes(kind)}
            label={t(`eventKinds.${kind}`)}
            help={t(`eventKindsHelp.${kind}`)}
            {...(eventsError !== undefined && { "aria-invalid": true })}
            onChange={(event) =>
              set({
                events: event.target.checked
                  ? [...draft.events, kind]
                  : draft.events.filter((each) => each !== kind),
              })
            }
          />
        ))}
        {eventsError !== undefined && (
          <p role="alert" className="flex items-start gap-1 text-xs text-danger">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            {eventsError}
          </p>
        )}
      </FieldSet>
      <Field
        label={t("onlyOrganization")}
        help={draft.onlyOrganizationId === null ? undefined : t("onlyOrganizationHelp")}
        error={fieldError("onlyOrganizationId")}
        required
      >
        {(control) => (
          <Select
            {...control}
            value={draft.onlyOrganizationId ?? ""}
            placeholder={t("allOrganizations")}
            options={organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
            onChange={(event) =>
              set({ onlyOrganizationId: event.target.value === "" ? null : event.target.value })
            }
          />
        )}
      </Field>
      <Field label={t("locale")} help={t("localeHelp")} error={fieldError("locale")} required>
        {(control) => (
          <Select
            {...control}
            value={draft.locale}
            options={locales.map((locale) => ({ value: locale, label: localeNames[locale] }))}
            onChange={(event) => set({ locale: parseLocale(event.target.value) ?? draft.locale })}
          />
        )}
      </Field>
    </>
  );
}
