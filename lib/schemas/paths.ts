import { z } from "zod";
import type { MappingProblem } from "#lib/domain/catalog/target-mapping-problems.ts";
import type { RewriteProblem } from "#lib/domain/catalog/source-rewrites-problems.ts";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { textLine } from "./checked-text.ts";
import { releaseKinds } from "./releases.ts";

export type { MappingProblem, RewriteProblem };

const maxRules = 200;
const rowId = textLine(100);
const name = textLine(255);
const kind = z.enum(releaseKinds);

/** What is wrong with a row is found by the rules of the catalog, and told at the row. */
const rewrites = z
  .array(z.object({ id: rowId, from: name, to: name, enabled: z.boolean() }))
  .max(maxRules, "too-many");
const rules = z
  .array(z.object({ id: rowId, match: name, targets: z.array(name).max(20, "too-many") }))
  .max(maxRules, "too-many");

/** The whole table of source rewrites. */
export const saveRewritesInput = z.object({ rewrites });
export type SaveRewritesInput = z.output<typeof saveRewritesInput>;

/** All rules for one kind of release. */
export const saveRulesInput = z.object({ kind, rules });
export type SaveRulesInput = z.output<typeof saveRulesInput>;

/** Both tables as they stand in a form, and the image whose way is asked for: a line of a list; empty for none. */
export const tryPathsInput = z.object({ kind, rewrites, rules, image: textLine(600) });
export type TryPathsInput = z.output<typeof tryPathsInput>;

/** Why a template is there: VMware's documents say so, Drayage infers it from how clusters behave, or somebody chose it. */
export type TargetOrigin = "documented" | "inferred" | "own";

/** A place of an image, below the destination's base path. */
export interface PlacedTarget {
  path: string;
  origin: TargetOrigin;
}

export interface RewriteRow {
  id: string;
  from: string;
  to: string;
  enabled: boolean;
}

export interface RuleRow {
  id: string;
  match: string;
  targets: { template: string; origin: TargetOrigin }[];
}

export interface PathTables {
  rewrites: RewriteRow[];
  rules: Record<ReleaseKind, RuleRow[]>;
  /** The rules that the panel came with. */
  defaults: Record<ReleaseKind, RuleRow[]>;
  /** Lines of lists, of images that the catalog has. */
  examples: Record<ReleaseKind, string[]>;
}

/** The way of one image. */
export interface ImageWay {
  /** As a release names it. */
  original: string;
  /** Where it is read, when no registry stands in. */
  source: string;
  isRewritten: boolean;
  targets: PlacedTarget[];
}

export interface TriedPaths {
  rewriteProblems: RewriteProblem[];
  ruleProblems: MappingProblem[];
  /** Null without an image, and while a table has problems. */
  way: ImageWay | null;
  /** Why the image cannot be read: one of the engine's reference problems. */
  imageProblem: string | null;
}

/** The release whose places are worked out anew. */
export const placeReleaseInput = z.object({ releaseId: z.uuid() });

/** An image that other rules would put elsewhere than it goes now. */
export interface PlacementChange {
  /** Of the component. */
  id: string;
  /** As the release names it. */
  original: string;
  before: string[];
  after: string[];
}
