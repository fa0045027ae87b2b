import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ChannelDraft } from "./channel-draft.ts";

export interface ChannelFieldsProps {
  draft: ChannelDraft;
  set: (change: Partial<ChannelDraft>) => void;
  fieldError: (field: string) => string | undefined;
  /** Whether one is stored, so that an empty field keeps it. */
  stored: { secret: boolean; password: boolean };
}

/** Where requests go, and what they are signed with. */
export function WebhookFields({ draft, set, fieldError, stored }: ChannelFieldsProps) {
  const t = useTranslations("notifications");
  return (
    <>
      <TextField
        label={t("url")}
        help={t("urlHelp")}
        error={fieldError("url")}
        required
        verbatim
        value={draft.url}
        inputMode="url"
        autoComplete="off"
        maxLength={2000}
        placeholder="https://chat.example.com/hooks/drayage"
        className="font-mono"
        onChange={(event) => set({ url: event.target.value })}
      />
      {/^http:/i.test(draft.url.trim()) && (
        <Alert status="warning" live="polite">
          {t("httpWarning")}
        </Alert>
      )}
      {!draft.newSecret && (
        <TextField
          label={t("secret")}
          help={stored.secret ? t("secretStoredHelp") : t("secretHelp")}
          error={fieldError("secret")}
          type="password"
          // Browsers would fill in the password of the panel itself.
          autoComplete="new-password"
          value={draft.secret}
          placeholder={stored.secret ? t("secretStored") : undefined}
          onChange={(event) => set({ secret: event.target.value })}
        />
      )}
      {stored.secret && (
        <Checkbox
          label={t("newSecret")}
          help={t("newSecretHelp")}
          checked={draft.newSecret}
          onChange={(event) => set({ newSecret: event.target.checked, secret: "" })}
        />
      )}
      <TextField
        label={t("proxyUrl")}
        help={t("proxyUrlHelp")}
        error={fieldError("proxyUrl")}
        verbatim
        value={draft.proxyUrl}
        inputMode="url"
        autoComplete="off"
        placeholder="http://proxy.example.com:3128"
        className="font-mono"
        onChange={(event) => set({ proxyUrl: event.target.value })}
      />
    </>
  );
}
