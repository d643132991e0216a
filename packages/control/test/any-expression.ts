import { type Device, deviceId, deviceType, digest, fleetId } from '@fettle/model';
import fc from 'fast-check';
import type { Subject } from '../src/expressions/evaluate.ts';

/** Random expressions and devices that know the same few names, so that they meet often. */
const names = ['a', 'B_1', 'x-y', 'n.m', 'constructor', 'site', '0'] as const;
const texts = ['', 'true', '1', '1.5', '"', '\\', 'ü', '😀', 'null', 'ab', 'abc', 'a\nb', '%', '_', "'", '2.0.0-rc.1'];
const numbers = [0, -0, 1, -1, 1.5, 0.1 + 0.2, 1e21, 5e-324, 2 ** 53, -1e300, 4];
const versions = ['1.0.0', '2.1.0', '2.1.0-rc.1', '2.1.0+5', 'v3.0.0', 'nightly', ''];
const dayMs = 86_400_000;
/** When devices are looked at. */
export const lookedAt = 1_800_000_000_000;

const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'B_1') }, fc.constantFrom(...names));
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts, ...versions) },
  fc.string({ maxLength: 4, unit: 'binary' }),
);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const map = <T>(value: fc.Arbitrary<T>) => fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true });

export const anySubject: fc.Arbitrary<Subject & Pick<Device, 'id'>> = fc.record({
  id: fc.constantFrom('d-1', 'd-2', 'ab', 'abc').map(deviceId),
  type: fc.constantFrom('board-a', 'board-b').map(deviceType),
  fleet: fc.constantFrom('f', 'g').map(fleetId),
  tags: map(text),
  attributes: map(fc.oneof(text, number, fc.boolean())),
  current: fc.dictionary(
    name,
    fc.record({
      version: fc.constantFrom(...versions),
      counter: fc.integer({ min: 0, max: 9 }),
      digest: fc.constant(digest('ab'.repeat(32))),
    }),
    { maxKeys: 3, noNullPrototype: true },
  ),
  enrolledAt: fc.constantFrom(-1, 0, 1, dayMs).map((before) => lookedAt - before),
});

const textLiteral = text.map((value) => JSON.stringify(value));
const numberLiteral = number.map((value) =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 53 ? `${value}` : exponent(value),
);
const literal = fc.oneof(textLiteral, numberLiteral, fc.constantFrom('true', 'false', 'null'));
const key = fc
  .tuple(fc.constantFrom('attribute', 'tag', 'version', 'counter'), name)
  .map(([source, of]) => keyText(source, of));
const field = fc.constantFrom('id', 'type', 'fleet', 'site');
const operand = fc.oneof({ weight: 3, arbitrary: key }, field, literal);
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');

const time = fc.constantFrom(-1, 0, 1, dayMs).map((before) => lookedAt - before);
const said = fc.constantFrom('attribute.a', 'attribute.B_1', 'attribute.site');
const smallNumber = fc.constantFrom('0', '1', '1.5', '-1', '4', '1e21');

/** One comparison or test, without brackets around it. */
export const anyComparison: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(operand, operator, operand).map((parts) => parts.join(' ')) },
  { weight: 3, arbitrary: fc.tuple(said, operator, smallNumber).map((parts) => parts.join(' ')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('site', 'type', 'id'), fc.constantFrom('==', '!='), textLiteral)
      .map((parts) => parts.join(' ')),
  },
  fc
    .tuple(fc.oneof(key, field), fc.array(literal, { maxLength: 4 }))
    .map(([item, values]) => `${item} in [${values.join(', ')}]`),
  fc.tuple(fc.constantFrom('attribute', 'tag'), name).map(([source, of]) => `${JSON.stringify(of)} in ${source}`),
  fc
    .tuple(fc.constantFrom('attribute', 'tag', 'version'), fc.constantFrom('a', 'B_1'))
    .map(([s, n]) => `has(${s}.${n})`),
  fc
    .tuple(fc.oneof(key, field), fc.constantFrom('startsWith', 'endsWith', 'contains', 'matches'), textLiteral)
    .map(([subject, test, part]) => `${subject}.${test}(${test === 'matches' ? '"^[a-c]+$"' : part})`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(operator, time)
      .map(([op, at]) => `enrolledAt ${op} timestamp("${new Date(at).toISOString()}")`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(operator, fc.constantFrom('-1ms', '0s', '1ms', '24h'))
      .map(([op, age]) => `age ${op} duration("${age}")`),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('', '!'), said).map((parts) => parts.join('')) },
  fc.constantFrom('true', 'false'),
);

/** A condition as text; some are refused, as what they compare never compares. */
export const anyCondition: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyComparison,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} || ${b})`),
    tie('node').map((a) => `!(${a})`),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).node;

/** A comparison of versions, which the reference does not know. */
export const anyVersionCondition: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('version.a', 'tag.a', 'attribute.B_1'),
    operator,
    fc.constantFrom('1.0.0', '2.1.0', '2.1.0-rc.1'),
  )
  .map(([subject, op, version]) => `semver(${subject}) ${op} semver("${version}")`);

function keyText(source: string, of: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(of) ? `${source}.${of}` : `${source}[${JSON.stringify(of)}]`;
}

/** A number that CEL reads as a double. */
function exponent(value: number): string {
  const written = value.toExponential();
  return written.replace('e+', 'e');
}
