import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CelMap, celEnv, celMap, isCelError, parse, plan } from '@bufbuild/cel';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { placeOf } from '@fettle/model';
import fc from 'fast-check';
import { anyCondition, anySubject, lookedAt } from '../../test/any-expression.ts';
import { compileExpression } from './compile.ts';
import type { Answer, Subject } from './evaluate.ts';

const env = celEnv();

/** A map in which an absent key is null: the one thing in which this house differs from CEL. */
class NullMap extends Map<string, string | number | boolean> {
  override get(key: string): string | number | boolean {
    return super.get(key) ?? (null as unknown as string);
  }
}

test('every expression gives the answer of the reference, over random devices', () => {
  let compared = 0;
  fc.assert(
    fc.property(anyCondition, fc.array(anySubject, { minLength: 1, maxLength: 4 }), (text, subjects) => {
      const compiled = compileExpression(text);
      if (!compiled.ok) return;
      const run = plan(env, parse(text));
      for (const subject of subjects) {
        const found = run(bindings(subject));
        const expected: Answer = isCelError(found) ? undefined : typeof found === 'boolean' ? found : undefined;
        assert.equal(compiled.expression.evaluate(subject, lookedAt), expected, text);
        compared++;
      }
    }),
    { numRuns: 3_000 },
  );
  assert.ok(compared > 3_000, `only ${compared} answers were compared`);
});

function bindings(subject: Subject) {
  const { current } = subject;
  const components = Object.entries(current);
  return {
    id: subject.id,
    type: subject.type,
    fleet: subject.fleet,
    site: placeOf(subject, 'site') ?? null,
    attribute: nullMap(Object.entries(subject.attributes)),
    tag: nullMap(Object.entries(subject.tags)),
    version: nullMap(components.map(([name, { version }]) => [name, version])),
    counter: nullMap(components.map(([name, { counter }]) => [name, counter])),
    enrolledAt: timestampFromMs(subject.enrolledAt),
    age: durationFromMs(lookedAt - subject.enrolledAt),
  };
}

function nullMap(entries: readonly (readonly [string, string | number | boolean])[]): CelMap {
  return celMap(new NullMap(entries));
}
