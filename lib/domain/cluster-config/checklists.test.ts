import { expect, it } from "vitest";
import {
  awsEndpointServices,
  checklistEnvironments,
  findEndpointService,
  formatEndpointService,
  listChecklist,
} from "./checklists.ts";

it("names an item in a list once", () => {
  for (const environment of checklistEnvironments) {
    const items = listChecklist(environment);
    expect([environment, new Set(items).size]).toEqual([environment, items.length]);
  }
});

it("knows which items want an endpoint, on AWS only, and what its service is called in a region", () => {
  const wanted = checklistEnvironments.map((environment) =>
    listChecklist(environment).flatMap((item) => findEndpointService(item) ?? []),
  );
  expect(wanted).toEqual([[], [], awsEndpointServices]);
  expect(formatEndpointService("ec2messages", "ap-northeast-2")).toBe(
    "com.amazonaws.ap-northeast-2.ec2messages",
  );
});
