"use client";

import { ChevronDown, CircleUserRound, LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { signOut } from "#components/sign-in/auth-requests.ts";
import { Menu, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { Role } from "#lib/db/generated/enums.ts";
import { unreachable } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { headerButtonLook } from "./header-button.ts";

interface UserMenuProps {
  username: string;
  name: string;
  role: Role;
}

export function UserMenu({ username, name, role }: UserMenuProps) {
  const t = useTranslations("nav");
  const tRoles = useTranslations("roles");
  const errorText = useErrorText();
  const toast = useToast();
  const leave = async () => {
    const result = await signOut().catch(() => ({ ok: false as const, error: unreachable }));
    if (result.ok) {
      // A full load, so that nothing of the session stays in the browser's memory.
      window.location.assign("/sign-in");
    } else {
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    }
  };
  return (
    <Menu
      trigger={
        <button type="button" className={headerButtonLook()} aria-label={t("userMenu", { name })}>
          <CircleUserRound aria-hidden className="size-5" />
          <span className="max-w-48 truncate max-md:hidden">{name}</span>
          <ChevronDown aria-hidden className="size-3.5 max-md:hidden" />
        </button>
      }
    >
      <MenuLabel>
        <span className="block text-compact font-semibold text-fg">{name}</span>
        <span className="block">
          {username} · {tRoles(role)}
        </span>
      </MenuLabel>
      <MenuSeparator />
      <MenuLink href="/account" icon={<CircleUserRound aria-hidden />}>
        {t("account")}
      </MenuLink>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void leave()}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
