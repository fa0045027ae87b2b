import { readdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Page } from "@playwright/test";
import { listPages } from "./panel-requests.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("provider") });

const narrow = { width: 390, height: 844 };
const wide = { width: 1280, height: 900 };

/** Pages by their addresses, found by following links from the lists, and those for the signed-out. */
async function listAddresses(page: Page): Promise<string[]> {
  const addresses: string[] = [];
  for (const { path } of listPages()) {
    if (!path.includes("[")) {
      addresses.push(path);
      continue;
    }
    const list = path.slice(0, path.indexOf("/["));
    const rest = path.slice(path.indexOf("]") + 1);
    await page.goto(list);
    const links = await page
      .locator(`main a[href^="${list}/"]`)
      .evaluateAll((anchors) =>
        anchors.map((anchor) => new URL((anchor as HTMLAnchorElement).href).pathname),
      );
    const detail = links.find((link) => link.split("/").length === 3 && !/\/(new|import)$/.test(link));
    expect(detail, `a link from ${list} to one of its things`).toBeDefined();
    addresses.push(`${detail}${rest}`);
  }
  return addresses;
}

async function prefer(context: BrowserContext, name: string, value: string): Promise<void> {
  await context.addCookies([{ name, value, url: readStack().baseUrl }]);
}

for (const theme of ["light", "dark"]) {
  test(`no page has a serious barrier in the ${theme} theme`, async ({ page, context }) => {
    test.setTimeout(240_000);
    await prefer(context, "drayage_theme", theme);
    for (const address of [...(await listAddresses(page)), "/no-such-page"]) {
      await page.goto(address);
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
      expect([address, found]).toEqual([address, []]);
    }
  });
}

for (const locale of ["en", "ko", "ja"]) {
  test(`no page lacks a text or lets one run over in ${locale}`, async ({ page, context }) => {
    test.setTimeout(240_000);
    const addresses = await listAddresses(page);
    await prefer(context, "drayage_locale", locale);
    for (const viewport of [wide, narrow]) {
      await page.setViewportSize(viewport);
      for (const address of addresses) {
        await page.goto(address);
        await expect(page.locator("html")).toHaveAttribute("lang", locale);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect([address, viewport.width, await findMissing(page)]).toEqual([address, viewport.width, []]);
        expect([address, viewport.width, await findOverflow(page)]).toEqual([address, viewport.width, []]);
      }
    }
  });
}

const namespaces = readdirSync("lib/i18n/messages/en").map((file) =>
  file.replace(/\.json$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
);

/** Where a message is missing, its key stands instead. */
async function findMissing(page: Page): Promise<string[]> {
  const text = await page.locator("body").innerText();
  const key = new RegExp(`(?<![\\w./-])(?:${namespaces.join("|")})\\.[a-z][A-Za-z]+(?:\\.[A-Za-z_-]+)*`, "g");
  return text.match(key) ?? [];
}

/** The page itself, and controls whose words do not fit into them. */
function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found =
      root.scrollWidth > root.clientWidth ? [`page: ${root.scrollWidth} > ${root.clientWidth}`] : [];
    for (const element of document.querySelectorAll<HTMLElement>(
      "button, label, th, h1, h2, h3, nav a, dt",
    )) {
      if (element.clientWidth === 0 || element.scrollWidth <= element.clientWidth + 1) continue;
      if (getComputedStyle(element).textOverflow === "ellipsis") continue;
      found.push(
        `${element.tagName} "${element.innerText}": ${element.scrollWidth} > ${element.clientWidth}`,
      );
    }
    return found;
  });
}
