"use client";

import { Menu, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { overlayLook } from "#components/ui/dialog.tsx";
import type { Permission } from "#lib/auth/permissions.ts";
import { headerButtonLook } from "./header-button.ts";
import { navigationFor } from "./navigation-items.ts";
import { NavigationList } from "./navigation-list.tsx";

/** The navigation of narrow screens, behind a button in the header. */
export function NavigationDrawer({ permissions }: { permissions: readonly Permission[] }) {
  const t = useTranslations("nav");
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className={headerButtonLook("lg:hidden")} aria-label={t("openMenu")}>
        <Menu aria-hidden className="size-5" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={overlayLook} />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col border-r border-line bg-sunken text-fg shadow-raised"
        >
          <div className="flex items-center justify-between py-1 pr-1 pl-4">
            <Dialog.Title className="font-semibold">{t("main")}</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="flat" size="icon" aria-label={t("closeMenu")}>
                <X aria-hidden />
              </Button>
            </Dialog.Close>
          </div>
          <nav aria-label={t("main")} className="flex-1 overflow-y-auto pb-4">
            <NavigationList groups={navigationFor(permissions)} onFollow={() => setOpen(false)} />
          </nav>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
