export {
  createChannel,
  deleteChannel,
  pauseChannel,
  resumeChannel,
  updateChannel,
} from "./change-channel.ts";
export { getChannel, listChannels, listDeliveries } from "./read-channels.ts";
export { resendNotification, testChannel } from "./try-channel.ts";
