import { useTranslations } from "next-intl";
import { useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ConfigFieldsProps } from "./config-field.tsx";
import { useFieldError } from "./field-notes.tsx";

/** The token is written and never read out: it can be entered, replaced and removed. */
export function GithubTab({ config: { hasToken }, form, mayWrite }: ConfigFieldsProps) {
  const t = useTranslations("serverConfig.github");
  const tConfig = useTranslations("serverConfig");
  const fieldError = useFieldError();
  const [isOpen, setOpen] = useState(false);
  const typed = form.texts.githubToken;
  const isRemoved = typed === "";
  const isTyping = !isRemoved && (isOpen || typed !== undefined);
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{tConfig("tabHelp.github")}</p>
      <StatusLabel status={hasToken ? "success" : "neutral"} className="text-compact">
        {t(hasToken ? "stored" : "none")}
      </StatusLabel>
      <Alert status="warning" live="off" className="max-w-3xl">
        {t("readable")}
      </Alert>
      {isTyping && (
        <div className="max-w-xl space-y-1">
          <TextField
            label={t("token")}
            help={t("tokenHelp")}
            error={fieldError(form.problemsOf("githubToken"))}
            required
            type="password"
            autoComplete="new-password"
            value={typed ?? ""}
            verbatim
            className="font-mono"
            onChange={(event) => form.set("githubToken", event.target.value || undefined)}
          />
        </div>
      )}
      {isRemoved && (
        <Alert status="info" live="polite" className="max-w-3xl">
          {t("removed")}
        </Alert>
      )}
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          {!isTyping && !isRemoved ? (
            <>
              <Button onClick={() => setOpen(true)}>{t(hasToken ? "replace" : "enter")}</Button>
              {hasToken && (
                <Button variant="danger-outline" onClick={() => form.set("githubToken", "")}>
                  {t("remove")}
                </Button>
              )}
            </>
          ) : (
            <Button
              onClick={() => {
                setOpen(false);
                form.set("githubToken", undefined);
              }}
            >
              {t(hasToken ? "keep" : "enterNone")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
