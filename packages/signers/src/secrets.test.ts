import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { secretReader } from './secrets.ts';

describe('places of secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-secrets-'));
  after(() => rmSync(folder, { recursive: true }));
  const what = 'PIN of token fettle';
  const file = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(folder, name), text, { mode });
    return `file:${join(folder, name)}`;
  };

  it('reads a file of its owner, without the end of the line', async () => {
    assert.equal(await secretReader()({ source: file('good', 'horse \n'), what }), 'horse ');
  });

  it('refuses a file that others can read, that is empty, too long or missing, and says what is wanted', async () => {
    const read = (source: string) => secretReader()({ source, what });
    await assert.rejects(read(file('loose', 'x', 0o640)), { code: 'invalid-input', message: /0640/ });
    await assert.rejects(read(file('empty', '\n')), { message: /PIN of token fettle, found it empty/ });
    await assert.rejects(read(file('long', 'x'.repeat(70_000))), { code: 'too-large' });
    await assert.rejects(read(`file:${folder}/none`), { code: 'invalid-input', message: /ENOENT/ });
    await assert.rejects(read(folder), { code: 'invalid-input' });
  });

  it('reads a descriptor once and remembers it, as it cannot be read again', async () => {
    writeFileSync(join(folder, 'piped'), 'horse\n');
    const descriptor = openSync(join(folder, 'piped'), 'r');
    try {
      const read = secretReader();
      assert.equal(await read({ source: `fd:${descriptor}`, what }), 'horse');
      assert.equal(await read({ source: `fd:${descriptor}`, what }), 'horse');
    } finally {
      closeSync(descriptor);
    }
    await assert.rejects(secretReader()({ source: 'fd:9999', what }), { code: 'invalid-input' });
  });

  it('reads only the environment that it was given', async () => {
    const read = secretReader({ environment: { FETTLE_PIN: 'horse' } });
    assert.equal(await read({ source: 'env:FETTLE_PIN', what }), 'horse');
    await assert.rejects(read({ source: 'env:PATH', what }), { message: /variable PATH, found it unset/ });
    await assert.rejects(read({ source: 'env:__proto__', what }), { code: 'invalid-input' });
  });

  it('asks a person when no place is named, and says so when nobody is there', async () => {
    const prompt = async (question: string) => `answer to ${question}`;
    assert.equal(await secretReader({ prompt })({ what }), `answer to ${what}`);
    await assert.rejects(secretReader()({ what }), { message: /nobody to ask/ });
    await assert.rejects(secretReader()({ source: '|cat /etc/passwd', what }), { code: 'invalid-input' });
  });
});
