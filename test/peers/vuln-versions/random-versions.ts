/** Numbers from a seed, the same on every machine. @source mulberry32 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Random = () => number;

export function choose<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}

export interface VersionMaker {
  readonly make: (random: Random) => string;
  /** Whether the judge takes it for a version at all: made ones may be cut and joined. */
  readonly isVersion: (text: string) => boolean;
}

/** Pairs that often share a beginning, so that the end decides. */
export function pairsOf(count: number, seed: number, maker: VersionMaker): [string, string][] {
  const random = seededRandom(seed);
  const pairs: [string, string][] = [];
  while (pairs.length < count) {
    const first = maker.make(random);
    const second = random() < 0.5 ? mutate(random, first, maker.make) : maker.make(random);
    if (maker.isVersion(first) && maker.isVersion(second)) pairs.push([first, second]);
  }
  return pairs;
}

function mutate(random: Random, text: string, version: (random: Random) => string): string {
  const other = version(random);
  return text.slice(0, Math.ceil(random() * text.length)) + other.slice(Math.floor(random() * other.length));
}

export const makeDpkg = (random: Random): string => {
  const epoch = random() < 0.2 ? `${Math.floor(random() * 3)}:` : '';
  const revision = random() < 0.6 ? `-${run(random, '0123456789abz+~.', 5, '1')}` : '';
  return `${epoch}${choose(random, ['0', '1', '2', '10', '007'])}${run(random, '00112359abZz.+~-', 8, '')}${revision}`;
};

export const makeRpm = (random: Random): string => {
  const epoch = random() < 0.2 ? `${Math.floor(random() * 3)}:` : '';
  const release = random() < 0.6 ? `-${run(random, '0123456789abz._~^', 5, '1')}` : '';
  return `${epoch}${choose(random, ['0', '1', '2', '10', '007', 'a'])}${run(random, '00112359abZz.._~^+', 8, '')}${release}`;
};

export const makePep440 = (random: Random): string => {
  const number = () => choose(random, ['0', '1', '2', '9', '10', '011']);
  const release = Array.from({ length: 1 + Math.floor(random() * 4) }, number).join('.');
  const pre = random() < 0.4 ? `${choose(random, ['a', 'b', 'rc', '-alpha.', '.c', 'pre', '_beta_'])}${number()}` : '';
  const post = random() < 0.3 ? choose(random, ['.post1', '-2', 'rev3', '.post', '_r0']) : '';
  const dev = random() < 0.3 ? choose(random, ['.dev1', 'dev', '-dev10']) : '';
  const local = random() < 0.2 ? choose(random, ['+abc', '+1', '+abc.1', '+10', '+a-b_c', '+abc.10']) : '';
  return `${random() < 0.1 ? 'v' : ''}${random() < 0.2 ? `${number()}!` : ''}${release}${pre}${post}${dev}${local}`;
};

function run(random: Random, signs: string, most: number, least: string): string {
  let text = least;
  for (let left = Math.floor(random() * most); left > 0; left--) text += choose(random, [...signs]);
  return text;
}
