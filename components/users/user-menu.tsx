"use client";

import { CircleCheck, CircleSlash, KeyRound, LogOut, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { MenuItem, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { setUserEnabledAction } from "#lib/actions/users.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { UserRow } from "#lib/schemas/users.ts";
import { EditUser } from "./edit-user.tsx";
import { UserDialogs } from "./user-dialogs.tsx";

interface UserMenuProps {
  user: UserRow;
  /** Where the user may be moved to; null: nowhere else than where they are. */
  organizations: readonly OrganizationChoice[] | null;
}

/** What can be done with one user of the list. */
export function UserMenu({ user, organizations }: UserMenuProps) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  const [dialog, setDialog] = useState<"edit" | "link" | "signOut" | "disable" | null>(null);
  const enable = useEnableUser(user);
  const own = user.organization === null ? [] : [user.organization];
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: user.username })}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("edit")}>
          {t("edit")}
        </MenuItem>
        {user.isEnabled && (
          <>
            <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => setDialog("link")}>
              {t("createLink")}
            </MenuItem>
            <MenuItem icon={<LogOut aria-hidden />} onSelect={() => setDialog("signOut")}>
              {t("signOut")}
            </MenuItem>
          </>
        )}
        {!user.isSelf && <MenuSeparator />}
        {!user.isSelf &&
          (user.isEnabled ? (
            <MenuItem icon={<CircleSlash aria-hidden />} destructive onSelect={() => setDialog("disable")}>
              {t("disable")}
            </MenuItem>
          ) : (
            <MenuItem icon={<CircleCheck aria-hidden />} onSelect={enable}>
              {t("enable")}
            </MenuItem>
          ))}
      </RowMenu>
      <EditUser
        user={user}
        organizations={organizations ?? own}
        open={dialog === "edit"}
        onOpenChange={() => setDialog(null)}
      />
      <UserDialogs user={user} open={dialog === "edit" ? null : dialog} onClose={() => setDialog(null)} />
    </>
  );
}

/** Enabling harms nobody, so it is not asked twice. */
function useEnableUser({ id, username }: UserRow): () => void {
  const t = useTranslations("users");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const { run } = useAction(setUserEnabledAction);
  return () =>
    void run({ id, enabled: true }, () => {
      toast({ status: "success", title: t("enabledToast", { name: username }) });
      router.refresh();
    }).then((result) => {
      if (!result.ok) toast({ status: "danger", title: errorText(result.error).title });
    });
}
