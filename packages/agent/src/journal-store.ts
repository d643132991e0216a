import { type Disk, errorCode, folderOf, isNoSpace, readSmallFile, replaceFile } from './disk.ts';
import { decodeJournal, emptyJournal, encodeJournal, type Journal, maxJournalBytes } from './journal.ts';
import type { Log } from './log.ts';

/** Room for a journal with everything that usually waits in it. */
const reserveBytes = 65_536;

export type JournalOrigin = 'fresh' | 'journal' | 'backup' | 'lost';

/**
 * The one durable memory of the agent: `journal`, replaced atomically, and `journal.backup`, an older copy
 * written at the turning points. `reserve` is room that is given back when the disk is full.
 */
export class JournalStore {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #log: Log;
  #journal: Journal = emptyJournal;
  #unsaved = false;

  constructor(disk: Disk, stateDir: string, log: Log) {
    this.#disk = disk;
    this.#path = `${stateDir}/journal`;
    this.#log = log;
  }

  get journal(): Journal {
    return this.#journal;
  }

  /** True while something that happened could not be written down. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** @returns where the journal came from; `lost` when there was one but neither it nor its backup can be used */
  async open(): Promise<JournalOrigin> {
    await this.#disk.makeFolder(folderOf(this.#path));
    const own = await this.#read(this.#path);
    const backup = own.found === 'good' ? own : await this.#read(`${this.#path}.backup`);
    const used = own.found === 'good' ? own : backup;
    if (used.found === 'good') this.#journal = used.journal;
    await this.keepReserve();
    if (own.found === 'good') return 'journal';
    if (own.found === 'damaged') await this.#disk.rename(this.#path, `${this.#path}.damaged`);
    if (backup.found === 'good') return 'backup';
    return own.found === 'damaged' || backup.found === 'damaged' ? 'lost' : 'fresh';
  }

  /** Writes a new state down. @throws the storage error when that failed; the old state then stands. */
  async save(journal: Journal): Promise<void> {
    const bytes = encodeJournal(journal);
    try {
      await replaceFile(this.#disk, this.#path, bytes);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#log.warn('disk-full', { message: 'Giving back the reserve so that the journal can be written.' });
      await this.#disk.remove(`${this.#path}.reserve`);
      await replaceFile(this.#disk, this.#path, bytes);
    }
    this.#journal = journal;
    this.#unsaved = false;
  }

  /** Takes a new state even when it cannot be written down now: for what has already happened. */
  async note(journal: Journal): Promise<void> {
    try {
      await this.save(journal);
    } catch (error) {
      this.#journal = journal;
      this.#unsaved = true;
      this.#log.error('journal-unsaved', { message: (error as Error).message, code: errorCode(error) ?? '' });
    }
  }

  /** Copies the state that stands to the backup, at turning points. Best effort: the journal itself is written. */
  async backUp(): Promise<void> {
    try {
      await replaceFile(this.#disk, `${this.#path}.backup`, encodeJournal(this.#journal));
    } catch (error) {
      this.#log.warn('backup-unsaved', { message: (error as Error).message });
    }
  }

  /** Sets room aside for a full disk; quiet when there is none to set aside. */
  async keepReserve(): Promise<void> {
    const path = `${this.#path}.reserve`;
    try {
      if ((await this.#disk.stat(path))?.sizeBytes === reserveBytes) return;
      const file = await this.#disk.open(path, 'create');
      try {
        await file.write(Buffer.alloc(reserveBytes, 0xa5), 0);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#log.warn('no-reserve', { message: (error as Error).message });
      await this.#disk.remove(path).catch(() => undefined);
    }
  }

  async #read(path: string): Promise<{ found: 'good'; journal: Journal } | { found: 'none' | 'damaged' }> {
    try {
      const bytes = await readSmallFile(this.#disk, path, maxJournalBytes);
      if (!bytes) return { found: 'none' };
      const reading = decodeJournal(bytes);
      if (reading.ok) return { found: 'good', journal: reading.journal };
      this.#log.error('journal-damaged', { file: path, message: reading.message });
    } catch (error) {
      this.#log.error('journal-unreadable', { file: path, message: (error as Error).message });
    }
    return { found: 'damaged' };
  }
}
