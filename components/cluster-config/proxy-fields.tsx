"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";

const parts = ["http", "https", "noProxy"] as const;
const words = { http: "httpProxy", https: "httpsProxy", noProxy: "noProxy" } as const;

/** The proxy that nodes reach the outside through, if they do. */
export function ProxyFields({ draft, form, set, fieldError }: ConfigFieldProps) {
  const t = useTranslations("clusterConfig.fields");
  const { hasProxy, proxy } = form;
  return (
    <div className="space-y-3">
      <Checkbox
        label={t("hasProxy")}
        help={draft.isProxyKnown ? t("proxyKnown") : undefined}
        checked={hasProxy}
        onChange={(event) => set({ hasProxy: event.target.checked })}
      />
      {hasProxy &&
        parts.map((part) => (
          <TextField
            key={part}
            label={t(words[part])}
            help={part === "noProxy" ? t("noProxyHelp") : undefined}
            error={fieldError(`proxy.${part}`)}
            required={part !== "noProxy"}
            verbatim
            autoComplete="off"
            className="font-mono"
            placeholder={part === "noProxy" ? "localhost,127.0.0.1,.svc" : "http://proxy.example.com:3128"}
            value={proxy[part]}
            onChange={(event) => set({ proxy: { ...proxy, [part]: event.target.value } })}
          />
        ))}
    </div>
  );
}
