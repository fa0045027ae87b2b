import { onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { createQueryClient } from "./query-client.ts";
import { RequestError } from "./get-json.ts";

afterEach(() => onlineManager.setOnline(true));

test("asks the panel although the browser has no network, and again once it has one", async () => {
  onlineManager.setOnline(false);
  const client = createQueryClient();
  client.mount();
  const queryFn = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new RequestError({ code: "unreachable", facts: {} }, 0))
    .mockResolvedValue("answer");
  const observer = new QueryObserver(client, { queryKey: ["question"], queryFn, retry: false });
  const stop = observer.subscribe(() => undefined);
  await vi.waitFor(() => expect(observer.getCurrentResult().status).toBe("error"));
  onlineManager.setOnline(true);
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("answer"));
  stop();
  client.unmount();
});
