import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link within the panel. Nothing is fetched ahead of a click: pages are made for who asks and when, so what came would
 * hold nothing of them, for two requests more with each link in sight, as often as a page is shown.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
