"use client";

import { ChevronDown, CircleUserRound, LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { Menu, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import type { Role } from "#lib/db/generated/enums.ts";
import { headerButtonLook } from "./header-button.ts";
import { signOut } from "./sign-out.ts";

interface UserMenuProps {
  username: string;
  name: string;
  role: Role;
}

export function UserMenu({ username, name, role }: UserMenuProps) {
  const t = useTranslations("nav");
  const tRoles = useTranslations("roles");
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
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
