"use client";

import { useLocale, useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { changeLocaleAction } from "#lib/actions/account.ts";
import { localeNames, locales, parseLocale } from "#lib/i18n/locales.ts";

/** A choice acts at once: the page itself is then in the new language. */
export function LanguageCard() {
  const t = useTranslations("account");
  const current = useLocale();
  const router = useRouter();
  const { run, pending, error } = useAction(changeLocaleAction);
  return (
    <Card title={t("language")}>
      <div className="space-y-4">
        {error && <ErrorAlert error={error} />}
        <Field label={t("language")} help={t("languageHelp")} required>
          {(control) => (
            <Select
              {...control}
              key={current}
              defaultValue={current}
              disabled={pending}
              className="max-w-60"
              options={locales.map((locale) => ({ value: locale, label: localeNames[locale] }))}
              onChange={(event) => {
                const locale = parseLocale(event.target.value);
                if (locale) void run({ locale }, () => router.refresh());
              }}
            />
          )}
        </Field>
      </div>
    </Card>
  );
}
