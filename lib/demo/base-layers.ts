import type { Platform } from "#lib/engine/oci/descriptor.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import type { Recipe } from "./random.ts";
import { buildLayer, type SampleLayer } from "./sample-image.ts";

const kibibyte = 1024;

const bases = {
  photon: {
    name: "VMware Photon OS",
    version: "4.0",
    libraries: { "libc.so.6": 700, "libcrypto.so.3": 1_100 },
  },
  debian: {
    name: "Debian GNU/Linux",
    version: "11",
    libraries: { "libc.so.6": 600, "libperl.so.5.32": 1_900 },
  },
  distroless: {
    name: "Distroless",
    version: "11",
    libraries: { "ca-certificates.crt": 90, "zoneinfo.bin": 160 },
  },
} as const;

export type BaseName = keyof typeof bases;

/** The layer that images of one base and platform share. */
export function buildBaseLayer(base: BaseName, platform: Platform, recipe: Recipe): SampleLayer {
  const { name, version, libraries } = bases[base];
  const place = `${recipe.seed}/base/${base}/${formatPlatform(platform)}`;
  return buildLayer([
    { path: "etc/os-release", content: `NAME="${name}"\nID=${base}\nVERSION_ID=${version}\n` },
    {
      path: "etc/passwd",
      content: "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534::/:/sbin/nologin\n",
    },
    { path: "etc/nsswitch.conf", content: "passwd: files\ngroup: files\nhosts: files dns\n" },
    ...Object.entries(libraries).map(([file, size]) => ({
      path: `usr/lib/${platform.architecture}/${file}`,
      content: { seed: `${place}/${file}`, sizeBytes: Math.ceil(size * recipe.scale) * kibibyte },
    })),
  ]);
}
