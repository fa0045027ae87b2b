export { checkConfig } from "./check-config.ts";
export { choosePlace } from "./config-places.ts";
export { draftConfig } from "./draft-config.ts";
export { makeConfig } from "./make-config.ts";
