import { type Severity, severities } from '@fettle/model';
import type { Found, SecretRule } from './detector.ts';
import { type SealedSecret, sealSecret } from './sealed.ts';

/** Different secrets in one artifact; more are counted only. */
const mostSecrets = 5_000;
/** Stretched hashes in one artifact, which cost some milliseconds each. */
const mostStretched = 400;

/** Places that are named beside the first. */
const namedPlaces = 3;

export interface FoundPlace {
  readonly severity: Severity;
  readonly place: string;
  readonly offset: number;
  /** Whether its parts are looked into as well: a place inside them says more. */
  readonly isContainer: boolean;
}

export interface LedgerEntry extends FoundPlace {
  readonly rule: SecretRule;
  readonly note: string | undefined;
  /** Absent for the short secrets beyond those that are stretched: they are known by their place. */
  readonly sealed: SealedSecret | undefined;
  /** How often it was found. */
  readonly places: number;
  /** Other files that hold it, as far as they are named. */
  readonly alsoIn: readonly string[];
}

/** Keeps each secret once, however often it is met; never the secret itself beyond the call. */
export class SecretLedger {
  readonly #entries = new Map<string, LedgerEntry>();
  readonly #stretched = new Map<string, SealedSecret>();
  #leftOut = 0;

  get entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }

  get leftOut(): number {
    return this.#leftOut;
  }

  add(found: Found, where: FoundPlace): void {
    const sealed = this.#seal(found);
    const key = JSON.stringify([found.rule.name, sealed?.secretHash ?? where.place]);
    const before = this.#entries.get(key);
    if (before === undefined) {
      if (this.#entries.size >= mostSecrets) this.#leftOut += 1;
      else this.#entries.set(key, { ...where, rule: found.rule, note: found.note, sealed, places: 1, alsoIn: [] });
      return;
    }
    const isCloser = before.isContainer && !where.isContainer;
    const [kept, other] = isCloser ? [where, before.place] : [before, where.place];
    const severity = severities.find((each) => each === before.severity || each === where.severity) ?? kept.severity;
    const isNamed = other === kept.place || before.alsoIn.includes(other) || before.alsoIn.length >= namedPlaces;
    const alsoIn = isNamed ? before.alsoIn : [...before.alsoIn, other];
    this.#entries.set(key, { ...before, ...placeOf(kept), severity, places: before.places + 1, alsoIn });
  }

  #seal(found: Found): SealedSecret | undefined {
    if (!found.rule.guessable) return sealSecret(found);
    // The plain hash is only ever the name under which a stretched one is found again in this run.
    const known = sealSecret({ ...found, rule: { ...found.rule, guessable: undefined } }).secretHash;
    const before = this.#stretched.get(known);
    if (before !== undefined || this.#stretched.size >= mostStretched) return before;
    const sealed = sealSecret(found);
    this.#stretched.set(known, sealed);
    return sealed;
  }
}

function placeOf({ place, offset, isContainer }: FoundPlace): Omit<FoundPlace, 'severity'> {
  return { place, offset, isContainer };
}
