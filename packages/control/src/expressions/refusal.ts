/** Why an expression is refused, and at which character (0-based). */
export interface Refusal {
  readonly ok: false;
  readonly message: string;
  readonly position: number;
}

/** Carries a refusal out of the depth of a check; never leaves this folder. */
export class Refused extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
