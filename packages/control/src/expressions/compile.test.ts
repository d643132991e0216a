import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { componentName, deviceId, deviceType, digest, fleetId } from '@fettle/model';
import fc from 'fast-check';
import { anyCondition, anySubject } from '../../test/any-expression.ts';
import { selects } from './cache.ts';
import { compileExpression, longestExpression, matches, nextChangeAt } from './compile.ts';
import type { Subject } from './evaluate.ts';
import { makeSchema } from './schema.ts';

const hourMs = 3_600_000;
const now = 1_800_000_000_000;
const router: Subject = {
  id: deviceId('r-1'),
  type: deviceType('router'),
  fleet: fleetId('home'),
  attributes: { site: 'berlin', ports: 4, ready: true, 'net.if': 'eth0' },
  tags: { ring: 'early', note: 'say "hi"', 'x-y': 'z' },
  current: {
    [componentName('rootfs')]: { version: '2.0.0', counter: 7, digest: digest('ab'.repeat(32)) },
    [componentName('modem')]: { version: 'nightly', counter: 1, digest: digest('cd'.repeat(32)) },
  },
  enrolledAt: now - 24 * hourMs,
};

function picks(text: string): boolean {
  const compiled = compileExpression(text);
  assert.ok(compiled.ok, compiled.ok ? '' : `${text}: ${compiled.message}`);
  return matches(compiled.expression, router, now);
}

const selecting = [
  '',
  '  ',
  'type == "router" && tag.ring == "early"',
  'id == "r-1"',
  'fleet == "home"',
  'site == "berlin"',
  'tag.note == "say \\"hi\\""',
  "tag['x-y'] == 'z'",
  'attribute["net.if"].startsWith("eth")',
  'attribute.ports == 4',
  'attribute.ports >= 4.0 && attribute.ports < 5',
  'attribute.ports in [2, 4]',
  'attribute.ready',
  '!(attribute.ready == false)',
  'has(tag.ring) && !has(tag.rung)',
  '"ring" in tag',
  'tag.ring.matches("^e.*y$")',
  'tag.ring.endsWith("ly") || tag.none < "b"',
  'has(tag.none) ? tag.none == "x" : tag.ring == "early"',
  'version.rootfs == "2.0.0" && counter.rootfs > 6',
  'semver(version.rootfs) < semver("2.1.0")',
  'semver(version.rootfs) > semver("2.0.0-rc.1")',
  'age >= duration("24h") && age < duration("24h0.001s")',
  'enrolledAt < timestamp("2100-01-01T00:00:00Z")',
];
for (const text of selecting) test(`it selects the device: ${text}`, () => assert.ok(picks(text)));

const leaving = [
  'type == "router" && tag.ring == "late"',
  'semver(version.modem) < semver("2.1.0")',
  'semver(version.modem) != semver("2.1.0")',
  'semver(version.none) < semver("2.1.0")',
  'attribute.ports == "4"',
  'attribute.ports < "5"',
  'tag.none.startsWith("a")',
  'attribute.none',
  'attribute.site',
];
for (const text of leaving) test(`it leaves the device out: ${text}`, () => assert.ok(!picks(text)));

test('an absent key equals nothing and differs from every value', () => {
  assert.ok(!picks('tag.none == ""'));
  assert.ok(picks('tag.none != "x"'));
  assert.ok(picks('tag.constructor != "x"'));
  assert.ok(!picks('tag.toString == "x"'));
  assert.ok(picks('tag.none == null'));
});

test('what has no answer stays without one under a negation, and selects nobody', () => {
  assert.ok(!picks('tag.none < "x"'));
  assert.ok(!picks('!(tag.none < "x")'));
  assert.ok(!picks('!(semver(version.modem) < semver("2.1.0"))'));
  assert.ok(picks('tag.none < "x" || type == "router"'));
});

describe('a bad expression is refused with its position', () => {
  const rows: readonly (readonly [string, number, RegExp])[] = [
    ['type = "router"', 5, /==/],
    ['type == "router" &&', 19, /value after &&/],
    ['type == "router" & id == "x"', 17, /&&/],
    ['colour == "red"', 0, /no `colour`/],
    ['type == "router', 8, /closing "/],
    ['(type == "a"', 12, /Expected \)/],
    ['type == "a")', 11, /open/],
    ['type "a"', 5, /operator/],
    ['type == "a" id', 12, /operator/],
    ['tag.x-y == "a"', 5, /arithmetic/],
    ['tag.in == "a"', 4, /reserved/],
    ['attribute.net.if == "a"', 13, /attribute\["net\.if"\]/],
    ['tag == "a"', 0, /Say which one/],
    ['type', 0, /not yes or no/],
    ['type == 5', 5, /never compares/],
    ['age > 5', 4, /never compares/],
    ['age > duration("30d")', 15, /720h/],
    ['enrolledAt > timestamp("yesterday")', 23, /2026-03-01/],
    ['semver(version.a) < "2.1.0"', 20, /semver/],
    ['semver(version.a) < semver("two")', 27, /SemVer/],
    ['semver(version.a)', 0, /beside a comparison/],
    ['[1, 2].exists(x, x > 1)', 6, /not part of this language/],
    ['id.matches("(")', 11, /pattern/],
    ['id.matches("(a{30}){30}")', 11, /repeats too much/],
    ['id.matches(tag.x)', 14, /quotes/],
    ['type in "a"', 8, /list/],
    ['type in ["a", 5]', 14, /a text here/],
    ['size(id) == 3', 0, /no size/],
    ['99999999999999999999 == 1', 0, /larger/],
    ['1 ? true : false', 0, /not yes or no/],
    [`id == "${'x'.repeat(longestExpression)}"`, longestExpression, /at most 2000/],
    [`${'('.repeat(40)}true${')'.repeat(40)}`, 32, /At most 32/],
    [`${'!'.repeat(1_900)}true`, 32, /At most 32/],
    ['"\ud83d" == id', 0, /Unicode/],
  ];
  for (const [text, position, message] of rows) {
    test(text.slice(0, 60), () => {
      const compiled = compileExpression(text);
      assert.ok(!compiled.ok, 'it was taken');
      assert.match(compiled.message, message);
      assert.equal(compiled.position, position, compiled.message);
    });
  }
});

describe('with the names that a fleet knows', () => {
  const schema = makeSchema([
    { kind: 'attribute', name: 'hw', type: 'string' },
    { kind: 'attribute', name: 'ram', type: 'number' },
    { kind: 'attribute', name: 'mixed', type: 'string' },
    { kind: 'attribute', name: 'mixed', type: 'number' },
    { kind: 'tag', name: 'ring', type: 'string' },
  ]);
  const positionOf = (text: string, allowUnknown = false): number | undefined => {
    const compiled = compileExpression(text, { schema, allowUnknown });
    return compiled.ok ? undefined : compiled.position;
  };

  test('what devices have said, and what has a meaning of its own, may be named', () => {
    assert.equal(positionOf('attribute.hw == "B" && attribute.ram > 5 && tag.ring != "x"'), undefined);
    assert.equal(positionOf('attribute["battery-percent"] < 20 && tag.site == "x" && attribute.ready'), undefined);
    assert.equal(positionOf('attribute.mixed == "B" || attribute.mixed == 5'), undefined);
  });

  test('a name that no device has ever had is an error at its place, unless it is let pass', () => {
    assert.equal(positionOf('type == "a" && attribute.hx == "B"'), 15);
    assert.equal(positionOf('has(tag.rung)'), 4);
    assert.equal(positionOf('"rung" in tag'), 10);
    assert.equal(positionOf('type == "a" && attribute.hx == "B"', true), undefined);
    const compiled = compileExpression('attribute.hx == "B"', { schema });
    assert.match(compiled.ok ? '' : compiled.message, /said `attribute\.hx`; known: .*\bhw\b/);
  });

  test('a number never compares with a text', () => {
    assert.equal(positionOf('attribute.ram == "512"'), 14);
    assert.equal(positionOf('attribute.hw in ["A", 5]'), 22);
    assert.equal(positionOf('attribute.hw < 5'), 13);
  });

  test('where names were left out, unknown ones pass', () => {
    const partial = makeSchema([], false);
    assert.ok(compileExpression('attribute.hx == "B"', { schema: partial }).ok);
  });
});

test('it says when time alone may change its answer', () => {
  const compiled = compileExpression('age > duration("25h") && age < duration("72h") && type == "router"');
  assert.ok(compiled.ok);
  const { expression } = compiled;
  let at: number | null = now;
  const answers: boolean[] = [];
  for (let steps = 0; at !== null && steps < 10; steps++) {
    answers.push(matches(expression, router, at));
    at = nextChangeAt(expression, router, at);
  }
  assert.deepEqual(answers, [false, false, true, false, false]);
  const timeless = compileExpression('type == "router"');
  assert.ok(timeless.ok && nextChangeAt(timeless.expression, router, now) === null);
});

test('a saved text that cannot be read selects nobody', () => {
  assert.ok(!selects('type ==', router, now));
  assert.ok(selects('type == "router"', router, now));
  assert.ok(selects('', router, now));
});

test('any text is taken or refused at a place inside it, never thrown at', () => {
  const words = [
    'tag',
    '.x',
    '==',
    '"a"',
    '(',
    ')',
    '[',
    ']',
    '!',
    '-',
    '&&',
    '||',
    'in',
    '1',
    ' ',
    ',',
    '?',
    ':',
    'has',
    "'''",
    '\\',
  ];
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 60 }), soup, anyCondition), (text) => {
      const compiled = compileExpression(text);
      if (!compiled.ok) assert.ok(compiled.position >= 0 && compiled.position <= text.length, text);
    }),
    { numRuns: 3_000 },
  );
});

test('no device makes an expression throw', () => {
  fc.assert(
    fc.property(anyCondition, anySubject, (text, subject) => {
      const compiled = compileExpression(text);
      if (compiled.ok) assert.equal(typeof matches(compiled.expression, subject, now), 'boolean');
    }),
    { numRuns: 1_000 },
  );
});
