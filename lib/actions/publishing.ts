"use server";
import { startPublishInput } from "#lib/schemas/publishing.ts";
import { startPublish } from "#lib/services/publishing/index.ts";
import { defineAction } from "./define-action.ts";

export const startPublishAction = defineAction({
  permission: "publish.start",
  input: startPublishInput,
  run: startPublish,
});
