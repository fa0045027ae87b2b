"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { postJson, RequestError } from "#components/query/get-json.ts";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import type { PathTables, TriedPaths } from "#lib/schemas/paths.ts";
import { releaseKinds } from "#lib/schemas/releases.ts";
import { type RuleForms, toForms } from "./path-forms.ts";
import { RewritesCard } from "./rewrites-card.tsx";
import { RulesCard } from "./rules-card.tsx";
import { WayCard } from "./way-card.tsx";

interface PathsEditorProps {
  tables: PathTables;
  mayWrite: boolean;
}

/** Where images are read and where they go: both tables, and the way of one image by them while they are edited. */
export function PathsEditor({ tables, mayWrite }: PathsEditorProps) {
  const [kind, setKind] = useState<ReleaseKind>(releaseKinds[0]);
  const [rewrites, setRewrites] = useState(tables.rewrites);
  const [rules, setRules] = useState<RuleForms>(() => ({
    tkg: toForms(tables.rules.tkg),
    getting_started_airgapped: toForms(tables.rules.getting_started_airgapped),
    tanzu_plugins: toForms(tables.rules.tanzu_plugins),
    list: toForms(tables.rules.list),
  }));
  const examples = tables.examples[kind];
  const [typed, setTyped] = useState<string | null>(null);
  const image = typed ?? examples[0] ?? "";
  const input = { kind, rewrites, rules: rules[kind], image };
  const { data, error } = useQuery({
    queryKey: ["paths", input],
    queryFn: ({ signal }) => postJson<TriedPaths>("/api/paths/try", input, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="space-y-5">
      {error instanceof RequestError && <ErrorAlert error={error.error} />}
      <RewritesCard
        rows={rewrites}
        problems={data?.rewriteProblems ?? []}
        mayWrite={mayWrite}
        onChange={setRewrites}
      />
      <RulesCard
        kind={kind}
        rules={rules[kind]}
        defaults={tables.defaults[kind]}
        problems={data?.ruleProblems ?? []}
        mayWrite={mayWrite}
        onKind={(chosen) => {
          setKind(chosen);
          setTyped(null);
        }}
        onChange={(changed) => setRules({ ...rules, [kind]: changed })}
      />
      <WayCard image={image} examples={examples} tried={data ?? null} onImage={setTyped} />
    </div>
  );
}
