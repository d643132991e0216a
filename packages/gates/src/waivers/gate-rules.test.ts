import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { releaseGates } from '@fettle/model';
import { secretRules } from '../secrets/secret-rules.ts';
import { gateRules, ruleProblem } from './gate-rules.ts';

it('every rule that a gate names in its code is known, and each once', () => {
  const told =
    /\brule: '([a-z0-9-]+)'|(?:#tell\(certificate|\btell\(|[dD]ifferenceFinding\(|\black\(|\bfinding\(),?\s*'([a-z0-9-]+)'/g;
  let seen = 0;
  for (const gate of releaseGates) {
    const rules = gateRules[gate] ?? [];
    assert.equal(new Set(rules).size, rules.length, gate);
    const folder = join(import.meta.dirname, '..', gate);
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.includes('testing')) continue;
      for (const [, named, given] of readFileSync(join(folder, file), 'utf8').matchAll(told)) {
        seen += 1;
        assert.ok(rules.includes(named ?? given ?? ''), `${gate}/${file}: ${named ?? given}`);
      }
    }
  }
  assert.ok(seen > 50, `${seen} rules were seen in the code`);
});

it('the names of the secrets gate are those of what finds them', () => {
  assert.deepEqual(
    gateRules.secrets,
    secretRules.map(({ name }) => name),
  );
});

it('a rule that no gate has is refused with those near it; vulnerabilities go by their ids', () => {
  assert.equal(ruleProblem('secrets', 'private-key-pem'), undefined);
  assert.match(ruleProblem('secrets', 'privat-key-pem') ?? '', /no rule "privat-key-pem"; near it: private-key-pem, /);
  assert.match(ruleProblem('hardening', 'world-writeable') ?? '', /near it: .*world-writable/);
  for (const id of ['CVE-2026-1234', 'GHSA-abcd-1234-wxyz', 'openSUSE-SU-2026:0001-1', 'DSA-5500-1']) {
    assert.equal(ruleProblem('vulnerabilities', id), undefined, id);
  }
  assert.match(ruleProblem('vulnerabilities', 'openssl') ?? '', /such as CVE-2026-1234/);
});
