import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";

/** Hands a file over to the browser, which can go on with it after a break. */
export function DownloadLink({ name, href }: { name: string; href: string }) {
  const t = useTranslations("bundles.files");
  return (
    <Button asChild size="sm">
      <a href={href} download={name} aria-label={t("downloadName", { name })}>
        <Download aria-hidden />
        <span className="max-sm:sr-only">{t("download")}</span>
      </a>
    </Button>
  );
}
