/** One thing that breaks a rule of the house. */
export interface Finding {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Counted from 1; absent when the finding is about the whole file. */
  readonly line?: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

export function formatFinding({ file, line, message }: Finding): string {
  return `${line === undefined ? file : `${file}:${line}`}  ${message}`;
}
