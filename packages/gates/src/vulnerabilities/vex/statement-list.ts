import { FettleError } from '@fettle/model';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { VexAdoption, VexStatement } from './vex-statement.ts';

/** Gathers the statements of one document, and what could not be read of it. */
export class StatementList {
  readonly statements: VexStatement[] = [];
  readonly problems: string[] = [];
  readonly #document: string;
  readonly #adoption: VexAdoption;

  constructor(document: string, adoption: VexAdoption) {
    this.#document = document;
    this.#adoption = adoption;
  }

  /** A statement that names nothing is left out and told. */
  add(statement: Omit<VexStatement, 'id' | 'expiresAt' | 'deviceTypes'>): void {
    const number = this.statements.length + 1;
    if (number > most.statements) {
      throw new FettleError(
        'too-large',
        `Expected at most ${most.statements} statements in a VEX document, found more.`,
      );
    }
    const products = statement.products.filter(({ purl, hashes }) => purl !== '' || hashes.length > 0);
    const name = statement.vulnerabilities[0];
    if (name === undefined) this.refuse('A statement names no vulnerability.');
    else if (products.length === 0) this.refuse(`The statement on ${name} names no product by purl or SHA-256.`);
    else {
      const { expiresAt, deviceTypes, author } = this.#adoption;
      const signed = statement.author || author || '';
      this.statements.push({
        ...statement,
        products,
        author: signed,
        id: `${this.#document}#${number}`,
        expiresAt,
        deviceTypes,
      });
    }
  }

  refuse(problem: string): void {
    if (this.problems.length < most.refusedExamples) this.problems.push(problem);
  }
}
