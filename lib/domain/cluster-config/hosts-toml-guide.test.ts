import { expect, test } from "vitest";
import { guideHostsToml } from "./hosts-toml-guide.ts";

const fileOf = (path: string) => ({ path, content: "", isSecret: false });

test("tells where the files of plain containerd go, and how to see whether they are read", () => {
  const files = [fileOf("certs.d/quay.io:443/hosts.toml"), fileOf("certs.d/docker.io/hosts.toml")];
  expect(guideHostsToml(files, "linux")).toEqual({
    notes: [{ code: "no-certificates", facts: {} }],
    steps: [
      {
        code: "copy-files",
        commands: ["mkdir -p /etc/containerd/certs.d", "cp -R certs.d/. /etc/containerd/certs.d"],
      },
      { code: "set-config-path", commands: ["grep -n config_path /etc/containerd/config.toml"] },
      { code: "pull-to-try", commands: ["crictl pull quay.io:443/IMAGE:TAG"] },
    ],
  });
});

test("has nobody copy what the operator copies", () => {
  expect(guideHostsToml([fileOf("registries/quay.io/hosts.toml")], "windows")).toEqual({
    notes: [{ code: "made-by-operator", facts: {} }],
    steps: [],
  });
});

test("has nothing to say of no files", () => {
  expect(guideHostsToml([], "linux")).toEqual({ notes: [], steps: [] });
});
