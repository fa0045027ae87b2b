"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { RequestError } from "./get-json.ts";

const retries = 2;

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1000,
        // What the server has refused it refuses again.
        retry: (count, error) =>
          count < retries && !(error instanceof RequestError && error.status >= 400 && error.status < 500),
      },
    },
  });
}

/** Around what lives from queries. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
