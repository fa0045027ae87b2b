import { expect, test } from "vitest";
import { addSample, measureRate, type RateSamples } from "./transfer-rate.ts";

const samplesOf = (...sent: [atMs: number, bytes: number][]): RateSamples =>
  sent.reduce<RateSamples>((samples, [atMs, bytes]) => addSample(samples, bytes, atMs), []);

test("the rate is that of the last ten seconds", () => {
  expect(measureRate(samplesOf([0, 0], [1000, 5000]))).toBe(5000);
  // A slow start that is long gone does not count.
  expect(measureRate(samplesOf([0, 0], [60_000, 1000], [65_000, 51_000], [70_000, 101_000]))).toBe(10_000);
});

test("nothing is said of a moment that is too short, nor of a standstill", () => {
  expect(measureRate([])).toBeNull();
  expect(measureRate(samplesOf([0, 0]))).toBeNull();
  expect(measureRate(samplesOf([0, 0], [499, 1000]))).toBeNull();
  expect(measureRate(samplesOf([0, 1000], [5000, 1000]))).toBeNull();
});

test("bytes that have to be sent again start the measure anew", () => {
  const samples = samplesOf([0, 0], [1000, 5000], [2000, 3000], [3000, 4000]);
  expect(measureRate(samples)).toBe(1000);
});
