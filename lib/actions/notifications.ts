"use server";

import {
  channelInput,
  createChannelInput,
  deliveryInput,
  updateChannelInput,
} from "#lib/schemas/notifications.ts";
import {
  createChannel,
  deleteChannel,
  pauseChannel,
  resendNotification,
  resumeChannel,
  testChannel,
  updateChannel,
} from "#lib/services/notifications/index.ts";
import { defineAction } from "./define-action.ts";

export const createChannelAction = defineAction({
  permission: "notification.write",
  input: createChannelInput,
  run: createChannel,
});

export const updateChannelAction = defineAction({
  permission: "notification.write",
  input: updateChannelInput,
  run: updateChannel,
});

export const deleteChannelAction = defineAction({
  permission: "notification.write",
  input: channelInput,
  run: (access, { channelId }) => deleteChannel(access, channelId),
});

export const pauseChannelAction = defineAction({
  permission: "notification.write",
  input: channelInput,
  run: (access, { channelId }) => pauseChannel(access, channelId),
});

export const resumeChannelAction = defineAction({
  permission: "notification.write",
  input: channelInput,
  run: (access, { channelId }) => resumeChannel(access, channelId),
});

/** Sends at once; that it did not arrive is an answer, too. */
export const testChannelAction = defineAction({
  permission: "notification.write",
  input: channelInput,
  run: (access, { channelId }) => testChannel(access, channelId),
});

export const resendNotificationAction = defineAction({
  permission: "notification.write",
  input: deliveryInput,
  run: (access, { deliveryId }) => resendNotification(access, deliveryId),
});
