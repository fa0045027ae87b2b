"use client";

import { Pencil, PlugZap, Stethoscope, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { formatExamineHref } from "#lib/schemas/doctor.ts";
import { DeleteRegistryDialog } from "./delete-registry-dialog.tsx";
import { useProbe } from "./use-probe.ts";

/** The buttons of a registry's page. */
export function RegistryActions({ id, name }: { id: string; name: string }) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const tDoctor = useTranslations("doctor");
  const [deleting, setDeleting] = useState(false);
  const router = useRouter();
  const { probe, pending } = useProbe(id, name);
  return (
    <>
      <Button icon={<PlugZap aria-hidden />} loading={pending} onClick={probe}>
        {t("probe")}
      </Button>
      <ButtonLink href={formatExamineHref({ registry: id })} icon={<Stethoscope aria-hidden />}>
        {tDoctor("examineRegistry")}
      </ButtonLink>
      <ButtonLink href={`/registries/${id}/edit`} icon={<Pencil aria-hidden />}>
        {tCommon("edit")}
      </ButtonLink>
      <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
        {tCommon("delete")}
      </Button>
      <DeleteRegistryDialog
        id={id}
        name={name}
        open={deleting}
        onOpenChange={setDeleting}
        onDone={() => router.push("/registries")}
      />
    </>
  );
}
