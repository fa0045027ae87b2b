import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { correctForwardedHeaders } from "./forwarded-headers.ts";

function correct(headers: Record<string, string>, trustProxy: boolean) {
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: "192.0.2.7" });
  const request = new IncomingMessage(socket);
  Object.assign(request.headers, headers);
  correctForwardedHeaders(request, trustProxy);
  return request.headers;
}

const forged = {
  host: "panel.example.com",
  "x-forwarded-for": "10.0.0.1, 198.51.100.9",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  forwarded: "for=10.0.0.1",
};

test("without a proxy, what the sender says of itself is replaced by what we see", () => {
  expect(correct(forged, false)).toEqual({
    host: "panel.example.com",
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-host": "panel.example.com",
    "x-forwarded-proto": "http",
  });
});

test("behind a proxy of ours, its own word counts, which it appends", () => {
  expect(correct({ ...forged, "x-forwarded-host": "panel.example.com" }, true)).toEqual({
    host: "panel.example.com",
    "x-forwarded-for": "198.51.100.9",
    "x-forwarded-host": "panel.example.com",
    "x-forwarded-proto": "https",
  });
});

test("a proxy that says nothing leaves what we see", () => {
  expect(correct({ host: "a" }, true)).toMatchObject({
    "x-forwarded-for": "192.0.2.7",
    "x-forwarded-proto": "http",
  });
});
