"use client";

import { PageError, type PageErrorProps } from "#components/layout/page-error.tsx";

export default function AppError(props: PageErrorProps) {
  return (
    <main className="px-4">
      <PageError {...props} />
    </main>
  );
}
