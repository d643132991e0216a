import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { need } from '../need.ts';
import { loadGithubParser } from './github-parser.ts';

const root = join(import.meta.dirname, '../../..');
const filesOf = (pattern: string) => globSync(pattern, { cwd: root }).sort();

test("GitHub's own reader finds nothing wrong with the workflows and the action, and much with broken ones", async () => {
  const parser = await loadGithubParser();
  const workflows = filesOf('examples/*/.github/workflows/*.yml');
  assert.equal(workflows.length, 7);
  for (const file of workflows) {
    const text = readFileSync(join(root, file), 'utf8');
    assert.deepEqual(await parser.workflow(file, text), [], file);
    assert.notDeepEqual(await parser.workflow(file, text.replace('runs-on:', 'run-on:')), [], file);
    assert.notDeepEqual(await parser.workflow(file, text.replace('needs.build.', 'need.build.')), [], file);
  }
  const action = readFileSync(join(root, 'actions/publish/action.yml'), 'utf8');
  assert.deepEqual(parser.action('action.yml', action), []);
  assert.notDeepEqual(parser.action('action.yml', action.replace('using: node24', 'usin: node24')), []);
});

if (need('shell of the pipelines', ['shellcheck'])) {
  test('ShellCheck finds nothing in the scripts that people copy', () => {
    const scripts = ['ci/publish.sh', ...filesOf('examples/*/setup.sh')];
    assert.equal(scripts.length, 8);
    const { status, stdout } = spawnSync('shellcheck', scripts, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}
