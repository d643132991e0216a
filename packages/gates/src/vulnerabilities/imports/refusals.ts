import { FettleError } from '@fettle/model';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';

/** Counts records that could not be read, and keeps what was wrong with the first. */
export class Refusals {
  readonly examples: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(message: string): void {
    this.#count++;
    if (this.examples.length < most.refusedExamples) this.examples.push(message.slice(0, 300));
  }

  /**
   * A few broken records among many do not stop an import, they are told; more do: what is missing would look unaffected.
   * @throws FettleError `invalid-input`
   */
  judge(records: number): void {
    const allowed = Math.max(most.refusedRecords, (records + this.#count) * most.refusedShare);
    if (records > 0 && this.#count <= allowed) return;
    const example = this.examples[0] === undefined ? '' : ` The first: ${this.examples[0]}`;
    throw new FettleError(
      'invalid-input',
      `Expected vulnerability data, found ${records} record(s) that can be read and ${this.#count} that cannot.${example}`,
    );
  }
}
