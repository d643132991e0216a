import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ReleasePolicyView } from '@fettle/api';
import { policyProblem } from '@fettle/gates';
import {
  FettleError,
  type PolicyPreset,
  policyPresets,
  presetPolicy,
  type ReleaseGate,
  releaseGates,
  type Stage,
  stages,
} from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { parseDocument } from 'yaml';

const mostBytes = 65_536;
const topKeys = ['preset', 'stages', 'settings', 'waivers', 'dataSets', 'onNewFindings'];
const stageKeys = ['groups', 'gates', 'approvals'];

/**
 * Reads a release policy: the name of a preset, or a file in YAML (or JSON). A file may begin with `preset:`, and then
 * says only what is different. Keys may be files beside it.
 * @throws FettleError `invalid-input` with the place of what is wrong
 */
export async function readPolicyFile(nameOrPath: string): Promise<ReleasePolicyView> {
  const preset = presetOf(nameOrPath);
  if (preset) return viewOf(preset);
  const bytes = await readFile(nameOrPath).catch((cause: unknown) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing && /[./]/.test(nameOrPath)) {
      throw new FettleError('invalid-input', `${nameOrPath}: there is no such file.`, { cause });
    }
    const message = `Expected a preset (${policyPresets.join(', ')}) or a file, found "${nameOrPath}".`;
    throw new FettleError('invalid-input', message, { cause });
  });
  if (bytes.length > mostBytes) throw refused(nameOrPath, `a policy has at most ${mostBytes} bytes`);
  return readPolicyText(bytes.toString('utf8'), nameOrPath);
}

/** Reads a policy from its text; `name` is how the file is called, and where its keys are looked for. */
export async function readPolicyText(text: string, name: string): Promise<ReleasePolicyView> {
  const document = parseDocument(text, { prettyErrors: true, version: '1.2', schema: 'core' });
  const [error] = document.errors;
  if (error) throw refused(name, error.message.split('\n')[0] ?? 'it is not YAML');
  const given: unknown = document.toJS({ maxAliasCount: 20 });
  if (!isObject(given)) throw refused(name, 'expected `preset:` or `stages:`');
  demandKeys(given, topKeys, name);
  const base = given.preset === undefined ? emptyPolicy : viewOf(presetNamed(given.preset, name));
  const policy: ReleasePolicyView = {
    stages: given.stages === undefined ? base.stages : readStages(given.stages, base, name),
    settings: { ...base.settings, ...readSettings(given.settings, name) },
    waivers: given.waivers === undefined ? base.waivers : await readKeyDemand('waivers', given.waivers, name),
    ...(given.dataSets === undefined ? {} : { dataSets: await readKeyDemand('dataSets', given.dataSets, name) }),
    onNewFindings: (given.onNewFindings ?? base.onNewFindings) as ReleasePolicyView['onNewFindings'],
  };
  const problem = policyProblem(policy);
  if (problem) throw refused(`${name}: ${problem.place}`, problem.message);
  return policy;
}

const emptyPolicy: ReleasePolicyView = {
  stages: [],
  settings: {},
  waivers: { keys: [], threshold: 1 },
  onNewFindings: 'alert',
};

function readStages(given: unknown, base: ReleasePolicyView, name: string): ReleasePolicyView['stages'] {
  if (!isObject(given)) throw refused(name, 'stages: expected development, staging or production beneath it');
  demandKeys(given, stages, `${name}: stages`);
  const wanted = stages.filter((stage) => stage in given || base.stages.some((one) => one.stage === stage));
  return wanted.map((stage) => readStage(given[stage] ?? {}, stage, { base, name }));
}

function readSettings(given: unknown, name: string): ReleasePolicyView['settings'] {
  if (given === undefined) return {};
  if (!isObject(given)) throw refused(name, 'settings: expected gates beneath it');
  return given as ReleasePolicyView['settings'];
}

interface Place {
  readonly base: ReleasePolicyView;
  readonly name: string;
}

function readStage(given: unknown, stage: Stage, { base, name }: Place): ReleasePolicyView['stages'][number] {
  const place = `${name}: stages.${stage}`;
  if (!isObject(given)) throw refused(place, 'expected groups, gates, approvals');
  demandKeys(given, stageKeys, place);
  const before = base.stages.find((one) => one.stage === stage);
  const gates: Record<string, unknown> = Object.fromEntries(
    (before?.demands ?? []).map(({ gate, when }) => [gate, when]),
  );
  if (given.gates !== undefined) {
    if (!isObject(given.gates)) throw refused(place, 'gates: expected `GATE: pass`, or an expression');
    demandKeys(given.gates, releaseGates, `${place}.gates`);
    Object.assign(gates, given.gates);
  }
  // `off` takes a demand of the preset away.
  const demands = releaseGates.filter((gate) => gate in gates && gates[gate] !== 'off' && gates[gate] !== false);
  return {
    stage,
    groups: (given.groups ?? before?.groups ?? []) as string[],
    demands: demands.map((gate: ReleaseGate) => ({ gate, when: String(gates[gate]) })),
    approvals: (given.approvals ?? before?.approvals ?? []) as ReleasePolicyView['stages'][number]['approvals'],
  };
}

async function readKeyDemand(
  place: 'waivers' | 'dataSets',
  given: unknown,
  name: string,
): Promise<ReleasePolicyView['waivers']> {
  if (!isObject(given)) throw refused(name, `${place}: expected keys and threshold`);
  demandKeys(given, ['keys', 'threshold'], `${name}: ${place}`);
  const { keys = [], threshold = 1 } = given;
  if (!Array.isArray(keys)) throw refused(name, `${place}.keys: expected a list`);
  const read = await Promise.all(keys.map((key) => readKey(String(key), `${name}: ${place}.keys`, name)));
  return { keys: read, threshold: Number(threshold) };
}

async function readKey(key: string, place: string, name: string): Promise<string> {
  if (key.startsWith('-----BEGIN')) return publicText(key, place);
  const path = resolve(dirname(name), key);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FettleError('invalid-input', `${place}: ${path} cannot be read.`, { cause });
  });
  return publicText(text, `${place}: ${path}`);
}

/** A private key that was named by mistake stays on this machine. */
function publicText(text: string, place: string): string {
  try {
    readPublicKey(text);
    return text;
  } catch (cause) {
    const why = cause instanceof FettleError ? cause.message : String(cause);
    throw new FettleError('invalid-input', `${place}: ${why}`, { cause });
  }
}

function presetOf(text: string): PolicyPreset | undefined {
  return policyPresets.find((known) => known === text);
}

function presetNamed(given: unknown, name: string): PolicyPreset {
  const preset = presetOf(String(given));
  if (preset) return preset;
  throw refused(name, `preset: expected ${policyPresets.join(', ')}, found "${String(given).slice(0, 40)}"`);
}

/** The same policy as the API takes it. */
function viewOf(preset: PolicyPreset): ReleasePolicyView {
  return structuredClone(presetPolicy(preset)) as unknown as ReleasePolicyView;
}

function demandKeys(given: object, known: readonly string[], place: string): void {
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  throw refused(place, `there is no ${stranger.slice(0, 40)}; there are ${known.join(', ')}`);
}

function refused(place: string, why: string): FettleError {
  return new FettleError('invalid-input', `${place}: ${why}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
