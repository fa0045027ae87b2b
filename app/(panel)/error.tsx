"use client";

import { PageError, type PageErrorProps } from "#components/layout/page-error.tsx";

/** Keeps header and navigation around a page that failed. */
export default function PanelError(props: PageErrorProps) {
  return <PageError {...props} />;
}
