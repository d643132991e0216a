/** Why a dossier is refused: which file, by which rule. */
export interface Refusal {
  readonly file: string;
  readonly rule: string;
  readonly why: string;
}

/** What is found while rules are gone through. */
export class Report {
  readonly refusals: Refusal[] = [];
  readonly notes: string[] = [];
  /** Keys that the verdict rests on and that nobody pinned, with what that leaves open. */
  readonly unpinned: string[] = [];
  /** Rules that were gone through without a refusal, with what they looked at. */
  readonly passed: string[] = [];

  /** Goes through a rule; whatever it throws refuses the file that it was about. */
  rule(name: string, file: string, look: (refuse: (why: string, where?: string) => void) => string): void {
    const before = this.refusals.length;
    const refuse = (why: string, where = file) => void this.refusals.push({ file: where, rule: name, why });
    try {
      const seen = look(refuse);
      if (this.refusals.length === before) this.passed.push(`${name}: ${seen}`);
    } catch (error) {
      refuse(error instanceof Error ? error.message : 'it cannot be read');
    }
  }

  note(text: string): void {
    this.notes.push(text);
  }

  lack(text: string): void {
    this.unpinned.push(text);
  }
}
