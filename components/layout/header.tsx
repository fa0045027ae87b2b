import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";
import type { Theme } from "#lib/i18n/preferences.ts";
import { LanguageMenu } from "./language-menu.tsx";
import { Logo } from "./logo.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

interface HeaderProps {
  theme: Theme;
  signedIn: boolean;
  /** Before the product's name: the button of the navigation on narrow screens. */
  start?: ReactNode;
  /** Whose data one sees. */
  scope?: string;
  /** At the end: what only the signed-in have. */
  children?: ReactNode;
}

/** The dark bar on top of every page. */
export function Header({ theme, signedIn, start, scope, children }: HeaderProps) {
  const t = useTranslations("nav");
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center bg-header text-on-header">
      <a
        href="#content"
        className="sr-only z-50 bg-accent px-4 font-semibold text-on-accent focus:not-sr-only focus:absolute focus:top-0 focus:left-0 focus:flex focus:h-12 focus:items-center"
      >
        {t("skip")}
      </a>
      {start}
      <Link
        href="/"
        aria-label={t("home")}
        className="flex h-12 items-center gap-2 px-3 text-base font-semibold tracking-tight -outline-offset-4 outline-on-header hover:bg-header-hover"
      >
        <Logo className="size-7" />
        <span aria-hidden>Drayage</span>
      </Link>
      {scope !== undefined && (
        <p className="min-w-0 truncate border-l border-on-header/25 pl-3 text-compact text-on-header-muted">
          <span className="sr-only">{t("scope")}: </span>
          {scope}
        </p>
      )}
      <div className="ml-auto flex items-center">
        {children}
        <LanguageMenu signedIn={signedIn} />
        <ThemeMenu initialTheme={theme} />
      </div>
    </header>
  );
}
