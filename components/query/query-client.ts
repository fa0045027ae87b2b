import { QueryClient } from "@tanstack/react-query";
import { RequestError } from "./get-json.ts";

const retries = 2;

/** What all that lives from queries has in common. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1000,
        // The panel may run on the reader's own machine, or behind a network that the browser does not know of.
        networkMode: "always",
        refetchOnReconnect: true,
        // What the server has refused it refuses again.
        retry: (count, error) =>
          count < retries && !(error instanceof RequestError && error.status >= 400 && error.status < 500),
      },
    },
  });
}
