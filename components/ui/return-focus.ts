const layers = "[role=dialog], [role=alertdialog], [role=menu], [data-radix-focus-guard]";

let lastOnPage: HTMLElement | null = null;

if (typeof document !== "undefined") {
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.closest(layers) === null) lastOnPage = target;
  });
}

/**
 * Closing a dialog gives the focus back to what had it on the page. Left alone, a dialog knows its own trigger only, and
 * those that a menu or another dialog opens have none.
 */
export function returnFocus(event: Event): void {
  if (lastOnPage?.isConnected !== true) return;
  event.preventDefault();
  lastOnPage.focus();
}
