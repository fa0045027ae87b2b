"use server";

import { authorize } from "#lib/auth/authorize.ts";
import { errorView } from "#lib/error-view.ts";
import {
  type PublishOutcome,
  restoreSelectionInput,
  type SavedSelection,
  saveSelectionInput,
} from "#lib/schemas/selections.ts";
import { startPublish } from "#lib/services/publishing/index.ts";
import { restoreSelection, saveSelection } from "#lib/services/selections/index.ts";
import { defineAction } from "./define-action.ts";

export const saveSelectionAction = defineAction({
  permission: "selection.write",
  input: saveSelectionInput,
  run: async (access, input) => {
    const saved = await saveSelection(access, input);
    return { ...saved, published: await publishSaved(saved, input.organizationId) };
  },
});

export const restoreSelectionAction = defineAction({
  permission: "selection.write",
  input: restoreSelectionInput,
  run: async (access, input) => {
    const restored = await restoreSelection(access, input);
    return { ...restored, published: await publishSaved(restored, input.organizationId) };
  },
});

/** What is saved stands, whether or not it can be published at once. */
async function publishSaved({ publish }: SavedSelection, organizationId: string): Promise<PublishOutcome> {
  if (!publish) return null;
  try {
    return { job: await startPublish(await authorize("publish.start"), { organizationId }) };
  } catch (error) {
    return { error: errorView(error) };
  }
}
