import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getConformanceSuite, type IncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { deviceId, deviceType, fleetId } from '@fettle/model';
import { compileExpression } from './compile.ts';
import type { Subject } from './evaluate.ts';

/** Sections of CEL's conformance data with something that this house knows. */
const sections = [
  'basic',
  'comparisons',
  'conversions',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'parse',
  'string',
  'timestamps',
];
/** Fewest tests that must be understood: else this test shows nothing. */
const fewestUnderstood = 250;

const nobody: Subject = {
  id: deviceId('d'),
  type: deviceType('t'),
  fleet: fleetId('f'),
  attributes: {},
  tags: {},
  current: {},
  enrolledAt: 0,
};

test('whatever it understands of the conformance data of CEL, it answers as the data says', () => {
  let understood = 0;
  for (const section of getConformanceSuite().suites.filter(({ name }) => sections.includes(name))) {
    for (const { name, original } of testsOf(section)) {
      if (Object.keys(original.bindings).length > 0) continue;
      const { resultMatcher: wanted } = original;
      const kind = wanted.case === 'value' ? wanted.value.kind : undefined;
      // A value that is not an answer is compared with itself as it stands in the data.
      const literal = kind && kind.case !== 'boolValue' ? literalOf(kind) : undefined;
      if (kind && kind.case !== 'boolValue' && literal === undefined) continue;
      const text = literal === undefined ? original.expr : `(${original.expr}) == ${literal}`;
      const compiled = compileExpression(text);
      if (!compiled.ok) continue;
      understood++;
      const right = wanted.case === 'evalError' ? undefined : kind?.case === 'boolValue' ? kind.value : true;
      assert.equal(compiled.expression.evaluate(nobody, 0), right, `${section.name}: ${name}: ${text}`);
    }
  }
  assert.ok(understood >= fewestUnderstood, `understood ${understood}`);
});

function* testsOf(suite: IncrementalTestSuite): Generator<IncrementalTestSuite['tests'][number]> {
  yield* suite.tests;
  for (const inner of suite.suites) yield* testsOf(inner);
}

/** The value as CEL writes it; undefined for kinds that this house has no literal for. */
function literalOf(kind: { readonly case: string | undefined; readonly value?: unknown }): string | undefined {
  if (kind.case === 'stringValue') return JSON.stringify(kind.value);
  if (kind.case === 'int64Value') return String(kind.value);
  if (kind.case === 'doubleValue' && Number.isFinite(kind.value)) {
    return Number(kind.value).toExponential().replace('e+', 'e');
  }
  return undefined;
}
