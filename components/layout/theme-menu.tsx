"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Menu, MenuChoice } from "#components/ui/menu.tsx";
import { type Theme, themeCookie, themes } from "#lib/i18n/preferences.ts";
import { headerButtonLook } from "./header-button.ts";
import { writePreference } from "./write-preference.ts";

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

/** Light, dark or as the operating system says. */
export function ThemeMenu({ initialTheme }: { initialTheme: Theme }) {
  const t = useTranslations("preferences");
  const [theme, setTheme] = useState(initialTheme);
  const Icon = icons[theme];
  const change = (chosen: Theme) => {
    setTheme(chosen);
    writePreference(themeCookie, chosen === "system" ? "" : chosen);
    // The server writes the attribute into the next page; this one changes at once.
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={headerButtonLook()}
          aria-label={t("themeMenu", { theme: t(theme) })}
          title={t("themeMenu", { theme: t(theme) })}
        >
          <Icon aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuChoice
        label={t("theme")}
        value={theme}
        onChange={change}
        options={themes.map((one) => ({ value: one, label: t(one) }))}
      />
    </Menu>
  );
}
