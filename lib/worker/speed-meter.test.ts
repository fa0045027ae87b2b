import { expect, test } from "vitest";
import { SpeedMeter } from "./speed-meter.ts";

test("is the mean of the last three seconds", () => {
  const meter = new SpeedMeter();
  for (let now = 0; now < 10_000; now += 100) meter.add(1_000, now);
  expect(meter.bytesPerSecond(9_950)).toBeCloseTo(10_000, -3);
  expect(meter.bytesPerSecond(11_500)).toBeLessThan(6_000);
  expect(meter.bytesPerSecond(13_000)).toBe(0);
});

test("does not jump at the first bytes, and begins anew after a rest", () => {
  const meter = new SpeedMeter();
  meter.add(1_000, 0);
  expect(meter.bytesPerSecond(10)).toBe(1_000);
  expect(meter.bytesPerSecond(60_000)).toBe(0);
  meter.add(500, 60_000);
  expect(meter.bytesPerSecond(60_010)).toBe(500);
});
