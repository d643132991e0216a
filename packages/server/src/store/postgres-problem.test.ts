import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FettleError } from '@fettle/model';
import { postgresProblem } from './postgres-problem.ts';

const said = (code: string, detail = ''): Error =>
  Object.assign(new Error(`said ${code}`), { code, detail, severity: 'ERROR' });

const table: readonly [what: string, error: unknown, code: string, message: RegExp][] = [
  ['a taken key', said('23505', 'Key (tenant, id)=(a, b) exists.'), 'already-exists', /same tenant, id/],
  ['a reference to nothing', said('23503'), 'not-found', /does not fit/],
  ['a full disk', said('53100'), 'storage-full', /Free space/],
  ['too many connections', said('53300'), 'overloaded', /try again/],
  ['a lock that did not come', said('55P03'), 'overloaded', /try again/],
  ['a statement that took too long', said('57014'), 'overloaded', /try again/],
  ['a shutdown', said('57P01'), 'overloaded', /try again/],
  ['a deadlock', said('40P01'), 'overloaded', /try again/],
  ['a standby', said('25006'), 'overloaded', /try again/],
  ['a wrong password', said('28P01'), 'overloaded', /try again/],
  ['a statement that is wrong', said('42601'), 'internal', /said 42601/],
  ['a refused connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'overloaded', /refused/],
  ['a broken connection', new Error('Connection terminated unexpectedly'), 'overloaded', /terminated/],
  ['a mistake of ours', new TypeError('x is not a function'), 'internal', /x is not/],
  ['a system error with a code of five letters', Object.assign(new Error('io'), { code: 'EPIPE' }), 'overloaded', /io/],
];
for (const [what, error, code, message] of table) {
  it(`tells ${what} as ${code}`, () => {
    const found = postgresProblem(error);
    assert.equal(found.code, code);
    assert.match(found.message, message);
  });
}

it('passes on what has a meaning already', () => {
  const known = new FettleError('not-found', 'no');
  assert.equal(postgresProblem(known), known);
});
