import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";

const commands = ["sha256sum FILE", "shasum -a 256 FILE", "Get-FileHash FILE"];

export function WherePublished() {
  const t = useTranslations("fileCheck.where");
  return (
    <Disclosure title={t("title")}>
      <ul className="max-w-prose list-disc space-y-2 pl-5 text-compact">
        <li>{t("page")}</li>
        <li>{t("file")}</li>
        <li>
          {t("machine")}
          <ul className="pt-1">
            {commands.map((command) => (
              <li key={command}>
                <Code>{command}</Code>
              </li>
            ))}
          </ul>
        </li>
        <li>{t("trust")}</li>
      </ul>
    </Disclosure>
  );
}
