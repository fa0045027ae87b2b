import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { configDefaults, serverTabs } from "#lib/schemas/server-config.ts";
import { ConfigField, type ConfigFieldsProps } from "./config-field.tsx";

export function ProxyTab(props: ConfigFieldsProps) {
  const t = useTranslations("serverConfig");
  const { form, mayWrite } = props;
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{t("tabHelp.proxy")}</p>
      <ConfigField field="httpProxy" inputMode="url" optional {...props} />
      <ConfigField field="httpsProxy" inputMode="url" optional {...props} />
      <ConfigField field="noProxy" optional {...props}>
        {mayWrite && form.value("noProxy") === "" && (
          <Button size="sm" onClick={() => form.set("noProxy", configDefaults.noProxy)}>
            {t("useDefault")}
          </Button>
        )}
      </ConfigField>
    </div>
  );
}

export function SyslogTab(props: ConfigFieldsProps) {
  const t = useTranslations("serverConfig");
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{t("tabHelp.syslog")}</p>
      {serverTabs.syslog.map((field) => (
        <ConfigField key={field} field={field} optional {...props} />
      ))}
    </div>
  );
}

export function HealthCheckTab(props: ConfigFieldsProps) {
  const t = useTranslations("serverConfig");
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{t("tabHelp.healthCheck")}</p>
      {serverTabs.healthCheck.map((field) => (
        <ConfigField key={field} field={field} inputMode="numeric" {...props} />
      ))}
    </div>
  );
}

export function IntervalsTab(props: ConfigFieldsProps) {
  const t = useTranslations("serverConfig");
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{t("tabHelp.intervals")}</p>
      {serverTabs.intervals.map((field) => (
        <ConfigField key={field} field={field} inputMode="numeric" {...props} />
      ))}
    </div>
  );
}
