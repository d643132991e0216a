import type { Environment } from '@fettle/cli/publish';
import { parseDuration } from '@fettle/cli/publish';
import { FettleError, isVersion, type Severity, severities } from '@fettle/model';

/** What a workflow asks for, checked. */
export interface Inputs {
  readonly server: string;
  readonly fleet: string | undefined;
  readonly version: string;
  /** Globs, each with what it is for where that is not said once for all. */
  readonly artifacts: readonly ArtifactLine[];
  readonly sbom: readonly string[];
  readonly vex: readonly string[];
  readonly provenance: readonly string[];
  readonly keys: readonly string[];
  readonly root: string | undefined;
  readonly notes: string;
  /** Preset or plan file; undefined for no rollout. */
  readonly rollout: string | undefined;
  readonly group: string;
  readonly wait: Wait;
  readonly failOn: Severity | undefined;
  readonly timeoutMs: number;
  readonly audience: string | undefined;
}

export interface ArtifactLine {
  readonly glob: string;
  readonly types: readonly string[];
  readonly component: string;
}

const waits = ['none', 'gates', 'rollout'] as const;
export type Wait = (typeof waits)[number];

/** Every input, as action.yml names it. */
export const inputNames = [
  ...['server', 'fleet', 'version', 'artifact', 'component', 'type', 'sbom', 'vex', 'provenance', 'key', 'root'],
  ...['notes', 'rollout', 'group', 'wait', 'fail-on', 'timeout', 'audience'],
] as const;

const mostLines = 100;
const dayMs = 86_400_000;

/**
 * Reads the inputs of the action from the environment that the runner gives it.
 * @throws FettleError `invalid-input` with the first input that cannot be meant
 */
export function readInputs(env: Environment): Inputs {
  const text = (name: string) => (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
  const optional = (name: string) => text(name) || undefined;
  const lines = (name: string) => linesOf(name, text(name));
  const version = required('version', text('version'));
  if (!isVersion(version)) throw wrong('version', 'a version such as 7.28.0', version);
  const { rollout, wait } = readRollout(optional('rollout'), text('wait') || 'gates');
  const types = lines('type')
    .flatMap((line) => line.split(',').map((part) => part.trim()))
    .filter(Boolean);
  const keys = lines('key');
  const token = keys.find((key) => key.startsWith('pkcs11:'));
  if (token) throw wrong('key', 'vault:, awskms: or file: (a token signs by ci/publish.sh beside it)', token);
  if (keys.length === 0 && rollout) throw wrong('rollout', 'none without a key, as nothing is published', rollout);
  return {
    server: serverUrl(required('server', text('server'))),
    fleet: optional('fleet'),
    version,
    artifacts: linesOf('artifact', required('artifact', text('artifact'))).map((line) =>
      artifactLine(line, { types, component: text('component') }),
    ),
    ...{ sbom: lines('sbom'), vex: lines('vex'), provenance: lines('provenance'), keys },
    ...{ root: optional('root'), notes: text('notes'), rollout, wait, group: text('group') || 'all' },
    failOn: readSeverity(text('fail-on') || 'none'),
    timeoutMs: Math.min(parseDuration(text('timeout') || '30m', 'timeout'), dayMs),
    audience: optional('audience'),
  };
}

function readRollout(wanted: string | undefined, waiting: string): { rollout: string | undefined; wait: Wait } {
  const rollout = wanted === 'none' ? undefined : wanted;
  const wait = waits.find((known) => known === waiting);
  if (!wait) throw wrong('wait', waits.join(', '), waiting);
  if (wait === 'rollout' && !rollout) throw wrong('wait', 'none or gates where rollout is none', wait);
  return { rollout, wait };
}

function readSeverity(text: string): Severity | undefined {
  if (text === 'none') return undefined;
  const severity = severities.find((known) => known === text);
  if (!severity) throw wrong('fail-on', `none, ${severities.join(', ')}`, text);
  return severity;
}

function serverUrl(text: string): string {
  if (!URL.canParse(text)) throw wrong('server', 'a URL', text);
  const { protocol, hostname, username, password } = new URL(text);
  const isNear = hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost';
  if (protocol !== 'https:' && !(protocol === 'http:' && isNear)) throw wrong('server', 'a URL with https', text);
  if (username || password) throw wrong('server', 'a URL without credentials', 'one with some');
  return text.replace(/\/+$/, '');
}

/** `GLOB:TYPE:COMPONENT`, or a glob for the types and the component of all. */
function artifactLine(
  line: string,
  { types, component }: { readonly types: readonly string[]; readonly component: string },
): ArtifactLine {
  const parts = line.split(':');
  if (parts.length >= 3) {
    const [ownType = '', own = ''] = parts.slice(-2);
    return { glob: parts.slice(0, -2).join(':'), types: [ownType], component: own };
  }
  if (types.length > 0 && component !== '') return { glob: line, types, component };
  throw wrong('artifact', 'what the file is for: inputs type and component, or FILE:TYPE:COMPONENT', line);
}

function linesOf(name: string, text: string): readonly string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length > mostLines) throw wrong(name, `at most ${mostLines} lines`, String(lines.length));
  return lines;
}

function required(name: string, text: string): string {
  if (text === '') throw wrong(name, 'a value', 'none');
  return text;
}

function wrong(name: string, expected: string, found: string): FettleError {
  const message = `Input ${name}: expected ${expected}, found "${found.slice(0, 200)}".`;
  return new FettleError('invalid-input', message, { details: { next: 'mend the input of the step' } });
}
