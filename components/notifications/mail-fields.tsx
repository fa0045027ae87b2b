import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { MailSecurity } from "#lib/db/generated/enums.ts";
import { usualPorts } from "./channel-draft.ts";
import type { ChannelFieldsProps } from "./webhook-fields.tsx";

/** The server that takes mail, and whom it is for. */
export function MailFields({ draft, set, fieldError, stored }: ChannelFieldsProps) {
  const t = useTranslations("notifications");
  const choose = (security: MailSecurity) => {
    // A port of one's own stays.
    const isUsual = draft.port === usualPorts[draft.security];
    set({ security, ...(isUsual && { port: usualPorts[security] }) });
  };
  return (
    <>
      <TextField
        label={t("host")}
        help={t("hostHelp")}
        error={fieldError("host")}
        required
        verbatim
        value={draft.host}
        autoComplete="off"
        placeholder="mail.example.com"
        className="font-mono"
        onChange={(event) => set({ host: event.target.value })}
      />
      <FieldSet legend={t("security")}>
        {Object.values(MailSecurity).map((security) => (
          <Radio
            key={security}
            name="security"
            value={security}
            checked={draft.security === security}
            label={t(`securities.${security}`)}
            help={t(`securitiesHelp.${security}`)}
            onChange={() => choose(security)}
          />
        ))}
        {draft.security === "none" && (
          <Alert status="warning" live="polite">
            {t("securityWarning")}
          </Alert>
        )}
      </FieldSet>
      <TextField
        label={t("port")}
        error={fieldError("port")}
        required
        value={draft.port}
        inputMode="numeric"
        maxLength={5}
        className="max-w-32"
        onChange={(event) => set({ port: event.target.value })}
      />
      <TextField
        label={t("username")}
        help={t("usernameHelp")}
        error={fieldError("username")}
        verbatim
        value={draft.username}
        autoComplete="off"
        onChange={(event) => set({ username: event.target.value })}
      />
      <TextField
        label={t("password")}
        help={stored.password ? t("passwordStoredHelp") : t("passwordHelp")}
        error={fieldError("password")}
        type="password"
        autoComplete="new-password"
        value={draft.password}
        placeholder={stored.password ? t("passwordStored") : undefined}
        onChange={(event) => set({ password: event.target.value })}
      />
      <TextField
        label={t("sender")}
        help={t("senderHelp")}
        error={fieldError("sender")}
        required
        verbatim
        value={draft.sender}
        inputMode="email"
        autoComplete="off"
        placeholder="drayage@example.com"
        onChange={(event) => set({ sender: event.target.value })}
      />
      <Field label={t("recipients")} help={t("recipientsHelp")} error={fieldError("recipients")} required>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            value={draft.recipients}
            placeholder="operations@example.com"
            onChange={(event) => set({ recipients: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
