/** What a person says of what is to be checked. */
export interface CheckFields {
  pasted: string;
  /** The registry that a pasted `hosts.toml` is for. */
  pastedHost: string;
  /** Empty: none. */
  destinationId: string;
  hasWindowsNodes: boolean;
  mayAskSource: boolean;
  wantsCredentials: boolean;
}
