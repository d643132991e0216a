import type { Instant, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';

/** Where a read happens: no query runs without its tenant. */
export interface ReadPlace {
  readonly connection: Connection;
  readonly tenant: TenantId;
}
/** Where a write happens: inside one transaction, by somebody. */
export interface WritePlace extends ReadPlace {
  readonly actor: string;
  now(): Instant;
}

type Functions<P> = Record<string, (place: P, ...rest: never[]) => unknown>;
/** The functions of a table without their first parameter. */
export type Bound<T> = {
  readonly [K in keyof T]: T[K] extends (place: never, ...rest: infer A) => infer R ? (...rest: A) => R : never;
};

/**
 * Makes a maker of objects that have every function of the table as a method, with the place filled in.
 * The methods live on one prototype, so that an object for every transaction costs nothing.
 */
export function binder<P, T extends Functions<P>>(table: T & Functions<P>): (place: P) => Bound<T> {
  class Methods {
    readonly place: P;
    constructor(place: P) {
      this.place = place;
    }
  }
  for (const [name, body] of Object.entries(table)) {
    const call = body as (place: P, ...rest: unknown[]) => unknown;
    Object.defineProperty(Methods.prototype, name, {
      value(this: Methods, ...rest: unknown[]) {
        return call(this.place, ...rest);
      },
    });
  }
  return (place) => new Methods(place) as unknown as Bound<T>;
}
