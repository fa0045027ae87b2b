import { expect, test } from "vitest";
import { fileResponse } from "./file-response.ts";

const nothing = {
  sizeBytes: 0,
  etag: '"1"',
  async *read() {
    yield await Promise.resolve(new Uint8Array());
  },
};

test.each([
  ["carried-v1.tar", `filename="carried-v1.tar"; filename*=UTF-8''carried-v1.tar`],
  ['it\'s (1) "*".tar', `filename="it_s _1_ ___.tar"; filename*=UTF-8''it%27s%20%281%29%20%22%2a%22.tar`],
  ["번들.tar", `filename="__.tar"; filename*=UTF-8''%EB%B2%88%EB%93%A4.tar`],
  ["a\r\nb.tar", `filename="a__b.tar"; filename*=UTF-8''a%0D%0Ab.tar`],
])("a file called %j keeps its name on the way, whatever is in it", (name, expected) => {
  const { headers } = fileResponse(new Request("http://panel.example.com/"), { ...nothing, name });
  expect(headers.get("content-disposition")).toBe(`attachment; ${expected}`);
});
