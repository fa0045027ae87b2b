import { readdirSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import axe from "axe-core";
import { untilLively } from "./lively.ts";
import { expect, readStack, type RoleName, stateOf } from "./stack.ts";

// What is asked of every picture that the panel shows, in each language, theme and width.

const locales = ["en", "ko", "ja"] as const;
type Locale = (typeof locales)[number];
/** The language of which everything is asked; of the others, what differs with the words. */
const firstLocaleOf: Readonly<Record<RoleName, Locale>> = { provider: "en", tenant: "ko", auditor: "ja" };
const wide = { width: 1280, height: 900 };
const looks = [
  { viewport: wide, themes: ["light", "dark"] },
  { viewport: { width: 390, height: 844 }, themes: ["dark"] },
];
/** As many pages side by side: while one is made, the other is looked at. */
const lanes = 2;

/**
 * Shows each address to a signed-in role or to nobody, and looks at it in every language and both widths. To the provider,
 * and to nobody, in both themes: other roles see the same parts or fewer, whose colours are the same.
 */
export async function checkAddresses(
  browser: Browser,
  role: RoleName | null,
  addresses: readonly string[],
  open: (page: Page, address: string) => Promise<void> = show,
): Promise<void> {
  const storageState = role === null ? { cookies: [], origins: [] } : stateOf(role);
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const mine = addresses.filter((_, index) => index % lanes === lane);
      if (mine.length === 0) return;
      const context = await browser.newContext({ storageState });
      await context.addInitScript({ content: axe.source });
      const page = await context.newPage();
      for (const address of mine) await checkAddress(page, role, address, open);
      await context.close();
    }),
  );
}

async function checkAddress(
  page: Page,
  role: RoleName | null,
  address: string,
  open: (page: Page, address: string) => Promise<void>,
): Promise<void> {
  const first = firstLocaleOf[role ?? "provider"];
  await chooseLocale(page, first);
  await page.setViewportSize(wide);
  await open(page, address);
  for (const locale of [first, ...locales.filter((other) => other !== first)]) {
    if (locale !== first) {
      await chooseLocale(page, locale);
      await page.setViewportSize(wide);
      await page.evaluate(drawAnew);
    }
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
    // A page that does not exist is loaded anew instead.
    await untilLively(page);
    const what = `${address} in ${locale} for ${role ?? "nobody"}`;
    expect([what, await findMissing(page)]).toEqual([what, []]);
    for (const { viewport, themes } of looks) {
      const isWide = viewport === wide;
      await page.setViewportSize(viewport);
      const where = `${what}, ${viewport.width} px wide`;
      expect([where, await findOverflow(page)]).toEqual([where, []]);
      // They lie in what all languages share; colours and what is narrow also in what all roles do.
      const looked = role === "provider" || role === null ? themes : themes.slice(0, isWide ? 1 : 0);
      if (locale === first) expect([where, await findBarriers(page, looked)]).toEqual([where, []]);
    }
  }
}

async function chooseLocale(page: Page, locale: Locale): Promise<void> {
  await page.context().addCookies([{ name: "drayage_locale", value: locale, url: readStack().baseUrl }]);
}

/** What the menu of languages does once the cookie is written: what was opened, chosen and typed stays as it is. */
function drawAnew(): void {
  (window as unknown as { next: { router: { refresh: () => void } } }).next.router.refresh();
}

async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** What axe calls serious or critical; another theme than the first differs in nothing but its colours. */
async function findBarriers(page: Page, themes: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  // Between one page and the next there is none for a moment.
  await expect(page).toHaveTitle(/\S/);
  for (const theme of themes) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    await settle(page);
    const violations = await page.evaluate(runAxe, theme === themes[0] ? null : ["color-contrast"]);
    found.push(...violations.map((violation) => `${theme}: ${violation}`));
  }
  return found;
}

/**
 * Runs in the page, which has had axe since it was loaded: bringing it along with every question takes longer than the
 * answer. What a rule asks of other files is left out; the rules that need them are none of the standard ones.
 */
async function runAxe(only: string[] | null): Promise<string[]> {
  const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
    ...{ resultTypes: ["violations"], preload: false },
    ...(only && { runOnly: only }),
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

/** A colour that is on its way to another theme's belongs to neither. Not waited for: of some the end never comes. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
  });
}

const namespaces = readdirSync("lib/i18n/messages/en").map((file) =>
  file.replace(/\.json$/, "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
);

/** Where a message is missing, its key stands instead. A file of Podman is called as a key of registries could be. */
async function findMissing(page: Page): Promise<string[]> {
  const text = await page.locator("body").innerText();
  const key = new RegExp(`(?<![\\w./-])(?:${namespaces.join("|")})\\.[a-z][A-Za-z]+(?:\\.[A-Za-z_-]+)*`, "g");
  return (text.match(key) ?? []).filter((found) => found !== "registries.conf");
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
      // What only screen readers are told is a pixel wide.
      if (element.clientWidth <= 1 || element.scrollWidth <= element.clientWidth + 1) continue;
      if (getComputedStyle(element).textOverflow === "ellipsis") continue;
      found.push(
        `${element.tagName} "${element.innerText}": ${element.scrollWidth} > ${element.clientWidth}`,
      );
    }
    return found;
  });
}
