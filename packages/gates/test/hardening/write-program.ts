/** A small program as linkers make them, of any class and byte order; protection is turned on and off by each option. */
export interface ProgramOptions {
  readonly bits?: 32 | 64;
  readonly isBig?: boolean;
  /** e_machine; x86-64 when left out. */
  readonly machine?: number;
  readonly type?: 'executable' | 'shared' | 'relocatable';
  /** Flags of PT_GNU_STACK; null for none. */
  readonly stackFlags?: number | null;
  readonly hasRelro?: boolean;
  readonly bindNow?: 'tag' | 'flags' | 'flags1' | null;
  readonly hasDebugTag?: boolean;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly symbols?: readonly string[];
  /** Sections that have a name and one byte. */
  readonly sections?: readonly string[];
  readonly hasDynamic?: boolean;
}

const hashWords = 2;

/** Writes a program: header, segments, strings, symbols, hash table, dynamic section, sections. */
export function writeProgram(options: ProgramOptions = {}): Buffer {
  const w = new Writer(options.bits ?? 64, options.isBig ?? false);
  const symbols = options.symbols ?? ['__stack_chk_fail', '__printf_chk', 'read'];
  const strings = new Strings();
  const names = symbols.map((name) => strings.add(name));
  const [rpath, runpath] = [strings.add(options.rpath ?? ''), strings.add(options.runpath ?? '')];
  const segments = 2 + (options.stackFlags === null ? 0 : 1) + ((options.hasRelro ?? true) ? 1 : 0);
  const stringsAt = w.headerBytes + w.segmentBytes * segments;
  const text = strings.bytes();
  const symbolsAt = align(stringsAt + text.length);
  const table = Buffer.concat([w.symbol(0), ...names.map((name) => w.symbol(name))]);
  const hashAt = symbolsAt + table.length;
  const hash = w.words([1, names.length + 1, ...Array<number>(hashWords + names.length).fill(0)]);
  const dynamicAt = align(hashAt + hash.length);
  const dynamic = w.dynamic([
    [5, stringsAt],
    [10, text.length],
    [6, symbolsAt],
    [4, hashAt],
    ...(options.rpath ? [[15, rpath] as const] : []),
    ...(options.runpath ? [[29, runpath] as const] : []),
    ...((options.hasDebugTag ?? true) ? [[21, 0] as const] : []),
    ...(options.bindNow === 'flags' || options.bindNow === undefined ? [[30, 8] as const] : []),
    ...(options.bindNow === 'tag' ? [[24, 0] as const] : []),
    ...(options.bindNow === 'flags1' ? [[0x6ffffffb, 1] as const] : []),
    [0, 0],
  ]);
  const sectionsAt = align(dynamicAt + dynamic.length);
  const parts = {
    dynamic: { at: dynamicAt, size: (options.hasDynamic ?? true) ? dynamic.length : 0 },
    strings: { at: stringsAt, size: text.length },
    symbols: { at: symbolsAt, size: table.length },
  };
  const { sections, count } = w.sections(sectionsAt, parts, options.sections ?? []);
  const all = Buffer.alloc(sectionsAt + sections.length);
  w.header(options, { segments, sectionsAt: count === 0 ? 0 : sectionsAt, count }).copy(all);
  w.segments(options, { size: all.length, dynamic: parts.dynamic }).copy(all, w.headerBytes);
  for (const [bytes, at] of [
    [text, stringsAt],
    [table, symbolsAt],
    [hash, hashAt],
    [dynamic, dynamicAt],
    [sections, sectionsAt],
  ] as const) {
    bytes.copy(all, at);
  }
  return all;
}

interface Part {
  readonly at: number;
  readonly size: number;
}

function align(at: number): number {
  return Math.ceil(at / 8) * 8;
}

class Strings {
  #text = '\0';

  add(name: string): number {
    const at = this.#text.length;
    this.#text += `${name}\0`;
    return name === '' ? 0 : at;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }
}

class Writer {
  readonly #isWide: boolean;
  readonly #isBig: boolean;
  readonly headerBytes: number;
  readonly segmentBytes: number;

  constructor(bits: 32 | 64, isBig: boolean) {
    this.#isWide = bits === 64;
    this.#isBig = isBig;
    this.headerBytes = this.#isWide ? 64 : 52;
    this.segmentBytes = this.#isWide ? 56 : 32;
  }

  /** Fields one after the other: `2` a half, `4` a word, `w` as wide as the class, `1` a byte. */
  #fields(...fields: readonly (readonly ['1' | '2' | '4' | 'w', number])[]): Buffer {
    return Buffer.concat(fields.map(([kind, value]) => this.#field(kind, value)));
  }

  #field(kind: '1' | '2' | '4' | 'w', value: number): Buffer {
    const size = kind === 'w' ? (this.#isWide ? 8 : 4) : Number(kind);
    const bytes = Buffer.alloc(size);
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeUIntLE(value, 0, size);
    return this.#isBig ? bytes.reverse() : bytes;
  }

  words(values: readonly number[]): Buffer {
    return Buffer.concat(values.map((value) => this.#field('4', value)));
  }

  symbol(name: number): Buffer {
    return this.#isWide
      ? this.#fields(['4', name], ['1', 0x12], ['1', 0], ['2', 0], ['w', 0], ['w', 0])
      : this.#fields(['4', name], ['w', 0], ['4', 0], ['1', 0x12], ['1', 0], ['2', 0]);
  }

  dynamic(tags: readonly (readonly [number, number])[]): Buffer {
    return Buffer.concat(tags.map(([tag, value]) => this.#fields(['w', tag], ['w', value])));
  }

  header(
    { type = 'shared', machine = 62 }: ProgramOptions,
    table: { readonly segments: number; readonly sectionsAt: number; readonly count: number },
  ): Buffer {
    const start = Buffer.from([0x7f, 0x45, 0x4c, 0x46, this.#isWide ? 2 : 1, this.#isBig ? 2 : 1, 1, 0]);
    const rest = this.#fields(
      ['2', { relocatable: 1, executable: 2, shared: 3 }[type]],
      ['2', machine],
      ['4', 1],
      ['w', 0],
      ['w', this.headerBytes],
      ['w', table.sectionsAt],
      ['4', 0],
      ['2', this.headerBytes],
      ['2', this.segmentBytes],
      ['2', table.segments],
      ['2', this.#isWide ? 64 : 40],
      ['2', table.count],
      ['2', table.count === 0 ? 0 : table.count - 1],
    );
    return Buffer.concat([start, Buffer.alloc(8), rest]);
  }

  segments(
    { stackFlags = 6, hasRelro = true }: ProgramOptions,
    { size, dynamic }: { readonly size: number; readonly dynamic: Part },
  ): Buffer {
    return Buffer.concat([
      this.#segment(1, 5, { at: 0, size }),
      this.#segment(2, 6, dynamic),
      ...(stackFlags === null ? [] : [this.#segment(0x6474e551, stackFlags, { at: 0, size: 0 })]),
      ...(hasRelro ? [this.#segment(0x6474e552, 4, dynamic)] : []),
    ]);
  }

  #segment(type: number, flags: number, { at, size }: Part): Buffer {
    return this.#isWide
      ? this.#fields(['4', type], ['4', flags], ['w', at], ['w', at], ['w', at], ['w', size], ['w', size], ['w', 8])
      : this.#fields(['4', type], ['w', at], ['w', at], ['w', at], ['w', size], ['w', size], ['4', flags], ['w', 8]);
  }

  /** The table first, then the names; none of them when no section is wanted. */
  sections(
    at: number,
    parts: { readonly dynamic: Part; readonly strings: Part; readonly symbols: Part },
    extra: readonly string[],
  ): { readonly sections: Buffer; readonly count: number } {
    const names = new Strings();
    const one = (name: string, type: number, part: Part, link = 0) => ({ name: names.add(name), type, part, link });
    const rows = [
      one('', 0, { at: 0, size: 0 }),
      one('.dynsym', 11, parts.symbols, 2),
      one('.dynstr', 3, parts.strings),
      one('.dynamic', 6, parts.dynamic, 2),
      ...extra.map((name) =>
        name === '.symtab' ? one(name, 2, parts.symbols, 2) : one(name, 1, { at: parts.strings.at, size: 1 }),
      ),
      one('.shstrtab', 3, { at: 0, size: 0 }),
    ];
    const text = names.bytes();
    const textAt = at + rows.length * (this.#isWide ? 64 : 40);
    const table = rows.map(({ name, type, part, link }, index) => {
      const place = index === rows.length - 1 ? { at: textAt, size: text.length } : part;
      const entryBytes =
        type === 11 || type === 2 ? (this.#isWide ? 24 : 16) : type === 6 ? (this.#isWide ? 16 : 8) : 0;
      return this.#fields(
        ['4', name],
        ['4', type],
        ['w', 0],
        ['w', place.at],
        ['w', place.at],
        ['w', place.size],
        ['4', link],
        ['4', 1],
        ['w', 1],
        ['w', entryBytes],
      );
    });
    return { sections: Buffer.concat([...table, text]), count: rows.length };
  }
}
