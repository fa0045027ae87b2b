import { createSetupLink, isSetUpOpen } from "#lib/auth/setup-link.ts";
import { env } from "#lib/env.ts";
import { prepareStart, startPanel } from "./panel.ts";
import { runUntilStopped, say } from "./terminal.ts";

// `npm start`, and with `--dev` `npm run dev`: the panel and one worker, on our own database unless another is given.
const dev = process.argv.includes("--dev");

await runUntilStopped(async (launch) => {
  await prepareStart(launch);
  await startPanel({ dev }, launch);
  say(`Drayage is ready: ${env.PUBLIC_URL}`);
  if (await isSetUpOpen()) {
    say(`Make the first account here (the link works once, for a day):\n  ${await createSetupLink()}`);
  }
});
