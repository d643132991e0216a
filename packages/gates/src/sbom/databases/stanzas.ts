/** One block of `Name: value` lines. Names as they are written; folded values have their lines joined by a space. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads blocks of fields that blank lines divide, and keeps the wanted fields only.
 * @source deb-control(5), deb822(5)
 */
export function* readStanzas(text: string, wanted: ReadonlySet<string>): Generator<Stanza> {
  let stanza = new Map<string, string>();
  let field: string | undefined;
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (stanza.size > 0) yield stanza;
      stanza = new Map();
      field = undefined;
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (field !== undefined) stanza.set(field, `${stanza.get(field) ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon > 0 ? line.slice(0, colon) : '';
    field = wanted.has(name) ? name : undefined;
    if (field !== undefined) stanza.set(field, line.slice(colon + 1).trim());
  }
  if (stanza.size > 0) yield stanza;
}

/** The lines of a text, without their ends. Memory: one line at a time. */
export function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield text.endsWith('\r', end) && end > start ? text.slice(start, end - 1) : text.slice(start, end);
    start = end + 1;
  }
}
