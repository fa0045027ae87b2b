import type { Page } from "@playwright/test";

/** Opens a page and waits for its scripts, too: before them a click is lost. */
export async function gotoLively(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await untilLively(page);
}

/** Until React has taken over the page that came from the server. That the network is quiet says nothing of it. */
export async function untilLively(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const ofReact = (node: Node, name: string) =>
      Object.entries(node).find(([key]) => key.startsWith(name))?.[1] as unknown;
    const root = ofReact(document, "__reactContainer$") as
      { stateNode: { current: { memoizedState: { isDehydrated: boolean } } } } | undefined;
    if (root?.stateNode.current.memoizedState.isDehydrated !== false) return false;
    const controls = [...document.querySelectorAll("main :is(button, input, select, textarea)")];
    return controls.every((control) => ofReact(control, "__reactProps$") !== undefined);
  });
}
