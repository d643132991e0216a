import type { Compilable, Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { Schema } from './schema.ts';

/** Stands in a query where a parameter goes, until the query runs. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Hands out slots, typed as what will be bound there. */
export interface Slots<P> {
  <K extends keyof P & string>(name: K): P[K];
  /** One slot for each name: the values of an insert or update. */
  all<K extends keyof P & string>(names: readonly K[]): { [Name in K]: P[Name] };
}

interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A query that was built once and runs often: building costs ten times what running does. */
export interface Query<P, R> {
  all(connection: Connection, parameters: P): Promise<R[]>;
  first(connection: Connection, parameters: P): Promise<R | undefined>;
  /** @returns how many rows changed */
  run(connection: Connection, parameters: P): Promise<number>;
}

/** Prepares a query of named parameters; its SQL is made once for each dialect. */
export function query<P extends object, R = never>(
  build: (db: Kysely<Schema>, slots: Slots<P>) => Compilable<R>,
): Query<P, R> {
  const made = new Map<Dialect, Compiled>();
  const compiled = (dialect: Dialect): Compiled => {
    let found = made.get(dialect);
    if (!found) {
      const { sql, parameters } = build(dialect.db, slots as Slots<P>).compile();
      found = { sql, parameters };
      made.set(dialect, found);
    }
    return found;
  };
  return {
    all(connection, parameters) {
      const { sql, parameters: places } = compiled(connection.dialect);
      return connection.all<R>(sql, bind(places, parameters));
    },
    first(connection, parameters) {
      const { sql, parameters: places } = compiled(connection.dialect);
      return connection.first<R>(sql, bind(places, parameters));
    },
    run(connection, parameters) {
      const { sql, parameters: places } = compiled(connection.dialect);
      return connection.run(sql, bind(places, parameters));
    },
  };
}

/** Builds and runs a query whose very shape depends on what was asked. */
export function runBuilt<R>(connection: Connection, build: (db: Kysely<Schema>) => Compilable<R>): Promise<R[]> {
  const { sql, parameters } = build(connection.dialect.db).compile();
  return connection.all<R>(sql, parameters);
}

const makeSlot = (name: string): unknown => new Slot(name);
const slots: unknown = Object.assign(makeSlot, {
  all: (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, makeSlot(name)])),
});

function bind(places: readonly unknown[], parameters: object): unknown[] {
  const values = new Array<unknown>(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    values[i] = place instanceof Slot ? (parameters as Record<string, unknown>)[place.name] : place;
  }
  return values;
}
