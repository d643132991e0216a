declare const brand: unique symbol;

/** A string or number that only its own parser hands out, so that two kinds of id never get mixed up. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Milliseconds since 1970-01-01T00:00:00Z. RFC 3339 text exists only on the wire. */
export type Instant = number;
