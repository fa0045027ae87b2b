"use client";

import { Languages } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { Menu, MenuChoice } from "#components/ui/menu.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { changeLocaleAction } from "#lib/actions/account.ts";
import { type Locale, localeNames, locales } from "#lib/i18n/locales.ts";
import { localeCookie } from "#lib/i18n/preferences.ts";
import { headerButtonLook } from "./header-button.ts";
import { writePreference } from "./write-preference.ts";

/** The panel's language. Of a signed-in person it is kept with the user, so that it follows them. */
export function LanguageMenu({ signedIn }: { signedIn: boolean }) {
  const t = useTranslations("preferences");
  const locale = useLocale();
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const change = (chosen: Locale) =>
    startTransition(async () => {
      writePreference(localeCookie, chosen);
      if (signedIn) await changeLocaleAction({ locale: chosen });
      router.refresh();
    });
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={headerButtonLook()}
          aria-label={t("languageMenu", { language: localeNames[locale] })}
        >
          {pending ? <Spinner /> : <Languages aria-hidden className="size-4" />}
          <span className="max-md:hidden">{localeNames[locale]}</span>
        </button>
      }
    >
      <MenuChoice
        label={t("language")}
        value={locale}
        onChange={change}
        options={locales.map((one) => ({ value: one, label: localeNames[one], lang: one }))}
      />
    </Menu>
  );
}
