"use client";

import { Pause, Pencil, Send, StepForward, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuLink, MenuSeparator, RowMenu } from "#components/ui/menu.tsx";
import type { ChannelRow } from "#lib/schemas/notifications.ts";
import { DeleteChannelDialog } from "./delete-channel-dialog.tsx";
import { useChannelDeeds } from "./use-channel-deeds.ts";

/** What can be done with one channel of the list. */
export function ChannelMenu({ channel }: { channel: Pick<ChannelRow, "id" | "name" | "state"> }) {
  const t = useTranslations("notifications");
  const tCommon = useTranslations("common");
  const [deleting, setDeleting] = useState(false);
  const { act, test } = useChannelDeeds(channel);
  const { id, name, state } = channel;
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name })}>
        <MenuItem icon={<Send aria-hidden />} onSelect={test}>
          {t("test")}
        </MenuItem>
        {state === "active" ? (
          <MenuItem icon={<Pause aria-hidden />} onSelect={() => act("pause")}>
            {t("pause")}
          </MenuItem>
        ) : (
          <MenuItem icon={<StepForward aria-hidden />} onSelect={() => act("resume")}>
            {t("resume")}
          </MenuItem>
        )}
        <MenuLink icon={<Pencil aria-hidden />} href={`/notifications/${id}/edit`}>
          {tCommon("edit")}
        </MenuLink>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} destructive onSelect={() => setDeleting(true)}>
          {tCommon("delete")}
        </MenuItem>
      </RowMenu>
      <DeleteChannelDialog id={id} name={name} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}
