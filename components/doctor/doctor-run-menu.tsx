"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, RowMenu } from "#components/ui/menu.tsx";
import { type DoctorRunRow, formatAddress } from "#lib/schemas/doctor.ts";
import { DeleteRunDialog } from "./delete-run-dialog.tsx";

/** What can be done with one examination of the list. */
export function DoctorRunMenu({ run }: { run: DoctorRunRow }) {
  const tCommon = useTranslations("common");
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <RowMenu label={tCommon("moreActionsFor", { name: formatAddress(run) })}>
        <MenuItem icon={<Trash2 aria-hidden />} destructive onSelect={() => setDeleting(true)}>
          {tCommon("delete")}
        </MenuItem>
      </RowMenu>
      <DeleteRunDialog id={run.id} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}
