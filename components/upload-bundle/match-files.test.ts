import { expect, test } from "vitest";
import { matchFiles } from "./match-files.ts";

const files = [
  { name: "a.tar", sizeBytes: 10, receivedBytes: 10 },
  { name: "b.tar", sizeBytes: 20, receivedBytes: 5 },
  { name: "c.tar", sizeBytes: 30, receivedBytes: 0 },
];

test("an upload goes on with the files that it lacks, by name and size", () => {
  const given = [
    { name: "a.tar", size: 10 },
    { name: "b.tar", size: 20 },
    { name: "c.tar", size: 31 },
    { name: "notes.txt", size: 3 },
  ];
  expect(matchFiles(files, given)).toEqual({
    wanted: new Map([["b.tar", given[1]]]),
    lacking: ["c.tar"],
    different: ["c.tar"],
    needless: ["a.tar", "notes.txt"],
  });
});

test("nothing is lacking once all were given", () => {
  const given = [
    { name: "c.tar", size: 30 },
    { name: "b.tar", size: 20 },
  ];
  expect(matchFiles(files, given)).toMatchObject({ lacking: [], different: [], needless: [] });
});
