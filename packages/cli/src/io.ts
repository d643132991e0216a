/** Where text goes: a stream of the process, or a string in a test. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command may touch of its surroundings. */
export interface Io {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Environment;
  /** Aborted when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; absent where nobody sits. */
  readonly ask?: Ask | undefined;
}

/** @param options `hidden` shows nothing of what is typed */
export type Ask = (question: string, options?: { readonly hidden?: boolean }) => Promise<string>;
