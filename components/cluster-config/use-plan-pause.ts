"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { postRelease } from "#components/catalog/post-release.ts";
import { startJobAction } from "#lib/actions/jobs.ts";
import { type ErrorView, unreachable } from "#lib/errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import type { ConfigPlace, WindowsNodesView } from "#lib/schemas/cluster-config.ts";

/** A list of one image, for a catalog that does not have it yet. */
const list = { file: "pause.txt", text: "mcr.microsoft.com/oss/kubernetes/pause:3.9\n" };
const release = {
  kind: "list",
  name: "Windows pause image",
  version: "3.9",
  source: "",
  leaveOut: false,
} as const;

/** Makes a plan that brings the image of every pod's sandbox to a destination, and opens it. */
export function usePlanPause(place: ConfigPlace, component: WindowsNodesView["pauseComponent"]) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [error, setError] = useState<ErrorView | null>(null);
  const plan = () =>
    startTransition(async () => {
      const result = await makePlan(place, component);
      setError(result.ok ? null : result.error);
      if (result.ok) router.push(`/jobs/${result.value.id}`);
    });
  return { plan, pending, error };
}

async function makePlan(
  { id: destinationId, organizationId }: ConfigPlace,
  component: WindowsNodesView["pauseComponent"],
): Promise<ActionResult<{ id: string }>> {
  const imported: ActionResult<{ id: string }> =
    component === null
      ? await postRelease(release, { file: list.file, content: new Blob([list.text]) })
      : { ok: true, value: { id: component.releaseId } };
  if (!imported.ok) return imported;
  try {
    return await startJobAction({
      ...{ releaseIds: [imported.value.id], sourceRegistryId: null, destinationId, organizationId },
      ...(component !== null && { componentIds: [component.id] }),
      holdAfterPlanning: true,
    });
  } catch {
    // An action returns its failures; what is thrown here never reached the server or never came back.
    return { ok: false, error: unreachable };
  }
}
