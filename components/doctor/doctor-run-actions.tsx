import { Download, RotateCw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuDownload } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { repeatDoctorRunAction } from "#lib/actions/doctor.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { DoctorRunDetail } from "#lib/schemas/doctor.ts";
import { DeleteRunDialog } from "./delete-run-dialog.tsx";

/** The buttons of an examination's page. */
export function DoctorRunActions({ run: { id }, mayRun }: { run: DoctorRunDetail; mayRun: boolean }) {
  const t = useTranslations("doctor");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const router = useRouter();
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const { run, pending } = useAction(repeatDoctorRunAction);
  const again = () =>
    void run({ runId: id }, (started) => router.push(`/doctor/${started.id}`)).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  const href = `/api/doctor/${id}/report`;
  return (
    <>
      {mayRun && (
        <Button icon={<RotateCw aria-hidden />} loading={pending} onClick={again}>
          {t("again")}
        </Button>
      )}
      <Menu trigger={<Button icon={<Download aria-hidden />}>{t("export")}</Button>}>
        <MenuDownload href={`${href}?format=text`}>{t("exportText")}</MenuDownload>
        <MenuDownload href={`${href}?format=json`}>{t("exportJson")}</MenuDownload>
      </Menu>
      {mayRun && (
        <>
          <Button variant="danger-outline" icon={<Trash2 aria-hidden />} onClick={() => setDeleting(true)}>
            {tCommon("delete")}
          </Button>
          <DeleteRunDialog
            id={id}
            open={deleting}
            onOpenChange={setDeleting}
            onDone={() => router.push("/doctor")}
          />
        </>
      )}
    </>
  );
}
