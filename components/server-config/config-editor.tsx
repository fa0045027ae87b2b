"use client";

import { useTranslations } from "next-intl";
import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { CseVersion } from "#lib/schemas/cse-versions.ts";
import {
  type ConfigInput,
  type SavedConfig,
  type ServerConfig,
  type ServerTab,
  serverTabNames,
  serverTabQuery,
  serverTabs,
} from "#lib/schemas/server-config.ts";
import type { ConfigFieldsProps } from "./config-field.tsx";
import { hasErrors, isElsewhere } from "./config-form.ts";
import { GithubTab } from "./github-tab.tsx";
import { HealthCheckTab, IntervalsTab, ProxyTab, SyslogTab } from "./plain-tabs.tsx";
import { ProblemList } from "./problem-list.tsx";
import { ReviewDialog } from "./review-dialog.tsx";
import { SaveBar } from "./save-bar.tsx";
import { SizingTab } from "./sizing-tab.tsx";
import { type ConfigDraftForm, useConfigDraft } from "./use-config-draft.ts";
import { useSavedNote } from "./use-saved-note.tsx";
import { VersionsTab } from "./versions-tab.tsx";

interface ConfigEditorProps {
  config: ServerConfig;
  releases: readonly CseVersion[];
  mayWrite: boolean;
}

/** The configuration in tabs; what is typed in one is there when somebody comes back from another. */
export function ConfigEditor(props: ConfigEditorProps) {
  return (
    <QueryProvider>
      <Editor {...props} />
    </QueryProvider>
  );
}

function Editor({ config, releases, mayWrite }: ConfigEditorProps) {
  const t = useTranslations("serverConfig");
  const form = useConfigDraft(config);
  const search = useSearchParams();
  const { tab } = serverTabQuery.parse({ tab: search.get("tab") });
  const elsewhere = config.problems.filter(isElsewhere);
  return (
    <>
      {config.laterFields.length > 0 && (
        <Alert status="info" live="off">
          {t("firstType")}
        </Alert>
      )}
      {elsewhere.length > 0 && (
        <Alert status={hasErrors(elsewhere) ? "danger" : "warning"} live="off" title={t("elsewhere")}>
          <ProblemList problems={elsewhere} linked />
        </Alert>
      )}
      {!mayWrite && (
        <Alert status="info" live="off">
          {t("readOnly")}
        </Alert>
      )}
      <section className="rounded border border-line bg-surface">
        <Tabs
          label={t("tabsLabel")}
          tabs={serverTabNames.map((key) => ({
            key,
            label: t(`tabs.${key}`),
            aside: <TabMark form={form} tab={key} />,
          }))}
          value={tab}
          onChange={(next) => {
            const query = new URLSearchParams(search);
            query.set("tab", next);
            // An address for each tab, without asking the server anew.
            window.history.pushState(null, "", `?${query.toString()}`);
          }}
        >
          <TabContent tab={tab} releases={releases} fields={{ config, form, mayWrite }} />
        </Tabs>
      </section>
      {mayWrite && <Saving form={form} tab={tab} />}
    </>
  );
}

/** A tab with something wrong or something changed says so, since it may not be the open one. */
function TabMark({ form, tab }: { form: ConfigDraftForm; tab: ServerTab }): ReactNode {
  const t = useTranslations("serverConfig.tabMarks");
  const fields: readonly string[] = serverTabs[tab];
  const isWrong = hasErrors(form.problems.filter(({ field }) => field !== null && fields.includes(field)));
  const count = form.changed.filter((field) => fields.includes(field)).length;
  if (isWrong) return <Badge status="danger">{t("wrong")}</Badge>;
  return count > 0 ? <Badge status="info">{t("changed", { count })}</Badge> : null;
}

interface TabContentProps {
  tab: ServerTab;
  releases: readonly CseVersion[];
  fields: ConfigFieldsProps;
}

function TabContent({ tab, releases, fields }: TabContentProps): ReactNode {
  switch (tab) {
    case "proxy":
      return <ProxyTab {...fields} />;
    case "syslog":
      return <SyslogTab {...fields} />;
    case "github":
      // What was typed is saved with a revision, and its field is gone with it.
      return <GithubTab key={fields.config.number} {...fields} />;
    case "healthCheck":
      return <HealthCheckTab {...fields} />;
    case "sizing":
      return <SizingTab {...fields} />;
    case "versions":
      return <VersionsTab releases={releases} {...fields} />;
    case "intervals":
      return <IntervalsTab {...fields} />;
  }
}

function Saving({ form, tab }: { form: ConfigDraftForm; tab: ServerTab }) {
  const t = useTranslations("serverConfig");
  const router = useRouter();
  const tellSaved = useSavedNote();
  const [isReviewed, setReviewed] = useState(false);
  const input: ConfigInput = { seen: form.seen, draft: { kind: "edit", changes: form.texts } };
  const finish = (saved: SavedConfig) => {
    tellSaved(saved);
    setReviewed(false);
    form.discard();
    router.replace(`/settings/server?tab=${tab}&saved=${saved.number}`, { scroll: false });
    router.refresh();
  };
  return (
    <>
      <SaveBar form={form} onReview={() => setReviewed(true)} />
      <ReviewDialog
        input={isReviewed ? input : null}
        title={t("review.title")}
        saveLabel={t("review.save")}
        onClose={() => setReviewed(false)}
        onResolve={({ seen, draft }) => {
          if (draft.kind === "edit" && seen !== null) form.replace({ seen, texts: draft.changes });
          // What others have saved shows in the fields, too.
          router.refresh();
        }}
        onSaved={finish}
      />
      {form.changed.length > 0 && (
        <LeaveGuard title={t("leave.title")} leaveLabel={t("leave.leave")} stayLabel={t("leave.stay")}>
          <p>{t("leave.text")}</p>
        </LeaveGuard>
      )}
    </>
  );
}
