export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** One JSON line for each thing worth knowing. No secrets, ids yes. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export function createLog(writeLine: (line: string) => void, now: () => number): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      writeLine(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
