import type { ChangeNotice } from './change-notes.ts';
import type { Leadership } from './duties.ts';

/** Hears what other processes changed. */
export interface ChangeListener {
  changed(notice: ChangeNotice): void;
  /** Changes may be missed from now on: nothing that was read may be kept. */
  lost(): void;
  /** From now on every change is heard again. */
  back(): void;
}

/** What processes on one database have to do with each other. */
export interface Company {
  /**
   * Asks for a duty, again and again until this process has it.
   * @param taken called at the beginning of each term
   */
  lead(duty: string, taken: () => void): Leadership;
  /** Without other processes nothing is ever called. */
  listen(listener: ChangeListener): void;
}
