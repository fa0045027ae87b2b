import { describe, expect, test } from "vitest";
import { fieldErrors } from "#lib/error-view.ts";
import { changePasswordInput } from "./account.ts";
import { createUserInput } from "./users.ts";

const organizationId = "0199a1b2-0000-7000-8000-000000000001";
const user = { username: "mina", displayName: "Mina", role: "provider", organizationId: null } as const;

function problems(schema: typeof createUserInput | typeof changePasswordInput, input: object) {
  const result = schema.safeParse(input);
  if (result.success) return {};
  return Object.fromEntries(
    Object.entries(fieldErrors(result.error)).map(([field, { code }]) => [field, code]),
  );
}

describe("createUserInput", () => {
  test("writes names one way", () => {
    expect(createUserInput.parse({ ...user, username: "  Mina.Kim@Acme.example " }).username).toBe(
      "mina.kim@acme.example",
    );
  });

  test.each(["", " ", "-a", "a-", "a b", "김민아", "a\u0000b", "x".repeat(101)])(
    "refuses the name %j",
    (username) => {
      expect(problems(createUserInput, { ...user, username })).toHaveProperty("username");
    },
  );

  test("gives tenant administrators one organization and the others none", () => {
    expect(problems(createUserInput, { ...user, role: "tenant_admin" })).toEqual({
      organizationId: "organization-needed",
    });
    expect(problems(createUserInput, { ...user, organizationId })).toEqual({
      organizationId: "organization-not-allowed",
    });
    expect(problems(createUserInput, { ...user, role: "tenant_admin", organizationId })).toEqual({});
  });
});

describe("a chosen password", () => {
  const input = (password: string, passwordAgain = password) => ({
    currentPassword: "whatever it was",
    password,
    passwordAgain,
  });

  test("is long enough, not endless, and typed the same twice", () => {
    expect(problems(changePasswordInput, input("x".repeat(11)))).toEqual({ password: "too-short" });
    expect(problems(changePasswordInput, input("x".repeat(201)))).toHaveProperty("password", "too-long");
    expect(problems(changePasswordInput, input("x".repeat(12), "y".repeat(12)))).toEqual({
      passwordAgain: "passwords-differ",
    });
    expect(problems(changePasswordInput, input("x".repeat(12)))).toEqual({});
  });
});
