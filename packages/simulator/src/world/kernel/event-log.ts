import { createHash, type Hash } from 'node:crypto';
import type { Instant } from '@fettle/model';

export interface EventLogOptions {
  /** `all` lines are kept, or only their digest, or nothing. */
  readonly keep: 'all' | 'digest' | 'nothing';
  readonly start: Instant;
}

/** What happened, a line an event: milliseconds since the start, who, what. The same seed gives the same bytes. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #hash: Hash = createHash('sha256');
  readonly lines: string[] = [];
  count = 0;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** Whether anything becomes of what is added. */
  get isKept(): boolean {
    return this.#options.keep !== 'nothing';
  }

  add(at: Instant, actor: string, what: string): void {
    const { keep, start } = this.#options;
    if (keep === 'nothing') return;
    const line = `${at - start} ${actor} ${what}`;
    this.count++;
    this.#hash.update(line).update('\n');
    if (keep === 'all') this.lines.push(line);
  }

  /** SHA-256 of all lines so far, each ended by a line feed; 64 hexadecimal digits. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
