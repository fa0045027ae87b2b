/** One file that a generator makes. */
export interface ConfigFile {
  /** Relative, with `/`, where it stands among the others: `certs.d/harbor.example.com/hosts.toml`. */
  readonly path: string;
  readonly content: string;
  /** It has a password, however encoded: shown only to whom may see that, and kept from others' eyes on disk. */
  readonly isSecret: boolean;
}

/** Something to be done with the files, in the order of the steps. */
export interface ConfigStep<Code extends string = string> {
  readonly code: Code;
  /** Lines for a shell, which name files by their paths; empty where there is nothing to type. */
  readonly commands: readonly string[];
}

/** Something to know before the files are used; its sentence is made at the edge. */
export interface ConfigNote<Code extends string = string> {
  readonly code: Code;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What a generator makes for one kind of consumer. */
export interface ConfigOutput<Step extends string = string, Note extends string = string> {
  readonly files: readonly ConfigFile[];
  readonly steps: readonly ConfigStep<Step>[];
  readonly notes: readonly ConfigNote<Note>[];
}
