"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { OverlapView, RotationView } from "#lib/schemas/rotation.ts";
import { CancelReplacementDialog } from "./cancel-replacement-dialog.tsx";
import { EndOverlapDialog } from "./end-overlap-dialog.tsx";

interface RotationActionsProps {
  certificate: { id: string; name: string };
  replacedBy: NonNullable<RotationView["replacedBy"]>;
  overlaps: readonly OverlapView[];
}

/** What can be done while both certificates are trusted. */
export function RotationActions({ certificate, replacedBy, overlaps }: RotationActionsProps) {
  const t = useTranslations("certificateRotation");
  const [opened, setOpened] = useState<"end" | "cancel" | null>(null);
  const control = (which: "end" | "cancel") => ({
    ...{ certificate, overlaps, open: opened === which },
    onOpenChange: (open: boolean) => setOpened(open ? which : null),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setOpened("end")}>{t("endNow")}</Button>
      <Button onClick={() => setOpened("cancel")}>{t("cancel")}</Button>
      <EndOverlapDialog {...control("end")} successor={replacedBy.name} />
      <CancelReplacementDialog {...control("cancel")} />
    </div>
  );
}
