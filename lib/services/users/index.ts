export { createUser, setUserEnabled, updateUser } from "./change-user.ts";
export { listUsers } from "./list-users.ts";
export { createUserLink, signOutUser } from "./user-access.ts";
