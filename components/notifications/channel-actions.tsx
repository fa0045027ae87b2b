"use client";

import { Pause, Pencil, StepForward, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import type { ChannelRow } from "#lib/schemas/notifications.ts";
import { DeleteChannelDialog } from "./delete-channel-dialog.tsx";
import { useChannelDeeds } from "./use-channel-deeds.ts";

/** The buttons of a channel's page; its test stands beside where it goes. */
export function ChannelActions({ channel }: { channel: Pick<ChannelRow, "id" | "name" | "state"> }) {
  const t = useTranslations("notifications");
  const tCommon = useTranslations("common");
  const [deleting, setDeleting] = useState(false);
  const router = useRouter();
  const { act, pending } = useChannelDeeds(channel);
  const { id, name, state } = channel;
  return (
    <>
      {state === "active" ? (
        <Button icon={<Pause aria-hidden />} disabled={pending} onClick={() => act("pause")}>
          {t("pause")}
        </Button>
      ) : (
        <Button icon={<StepForward aria-hidden />} disabled={pending} onClick={() => act("resume")}>
          {t("resume")}
        </Button>
      )}
      <ButtonLink href={`/notifications/${id}/edit`} icon={<Pencil aria-hidden />}>
        {tCommon("edit")}
      </ButtonLink>
      <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
        {tCommon("delete")}
      </Button>
      <DeleteChannelDialog
        id={id}
        name={name}
        open={deleting}
        onOpenChange={setDeleting}
        onDone={() => router.push("/notifications")}
      />
    </>
  );
}
