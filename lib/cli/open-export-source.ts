import { parseListItems, type ContentScope } from "../engine/mirror/index.ts";
import type { PlanSession } from "../engine/mirror/plan-session.ts";
import { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import type { ExportOptions, WantedList, WantedPlugins } from "./export-options.ts";
import { listHosts, openSources, type OpenSources } from "./open-registries.ts";
import { describeFiles, planExport, readBase, type PlanHooks, type PlannedExport } from "./plan-export.ts";
import { planPluginExport } from "./plan-plugin-export.ts";
import { readList } from "./read-list.ts";

/** Where the images come from, and how it is found out which. */
export interface ExportSource {
  readonly registries: OpenSources;
  readonly scope: ContentScope;
  /** 0 when it is not known yet. */
  readonly images: number;
  plan(session: PlanSession, hooks: PlanHooks): Promise<PlannedExport | null>;
}

/** @throws UsageError; EngineError for a list, an earlier bundle or a file that cannot be read */
export function openExportSource(options: ExportOptions, signal: AbortSignal): Promise<ExportSource> {
  const { wanted } = options;
  return "choice" in wanted ? openPluginSource(options, wanted) : openListSource(options, wanted, signal);
}

async function openListSource(
  options: ExportOptions,
  { listPath }: WantedList,
  signal: AbortSignal,
): Promise<ExportSource> {
  const { from, line, side, scope } = options;
  const listText = await readList(listPath);
  const items = parseListItems(listText, { file: listPath, to: { base: "" }, ...(from && { from }) });
  const [base, files] = await Promise.all([
    readBase(options.sincePath),
    describeFiles(options.filePaths, signal),
  ]);
  const request = { options, listPath, listText, items, base, files };
  return {
    registries: await openSources(listHosts(items), side, line, new RegistryLanes()),
    scope,
    images: items.length,
    plan: (session, hooks) => planExport(session, request, hooks),
  };
}

async function openPluginSource(
  { name, folder, line, side }: ExportOptions,
  { from, choice }: WantedPlugins,
): Promise<ExportSource> {
  const registries = await openSources([from.registry], side, line, new RegistryLanes());
  const request = { from, choice, name, folder };
  return {
    registries,
    scope: { referrers: true },
    images: 0,
    plan: (session, hooks) => planPluginExport(registries.source(from.registry), session, request, hooks),
  };
}
