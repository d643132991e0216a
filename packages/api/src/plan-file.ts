import { defaultSequentialGate, presetNames } from '@fettle/model';
import { rolloutPlanShape } from './shapes/rollout.ts';

/** The part of JSON Schema that the shapes of plans use. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** How people write a value that the API takes as a bare number or an instant of UTC. */
export type Notation = 'duration' | 'share' | 'bytes' | 'instant' | 'plain';

/** The shape of a plan as the API takes it. */
const planShape: Schema = rolloutPlanShape as Schema;
const policyShape: Schema = planShape.properties?.policy ?? {};

/**
 * The shape of a plan file, made from the one that the API takes: what belongs to the policy stands beside the phases
 * (and may stand under `policy`, as the API gives it), and `preset` names the plan that all that is left out comes from.
 */
export const planFileShape: Schema = {
  type: 'object',
  properties: {
    preset: { enum: [...presetNames], description: 'The plan that everything left out is taken from.' },
    ...planShape.properties,
    ...policyShape.properties,
    policy: policyShape,
  },
};

/** What an object of a plan file may leave out, and what it is then; by its place. */
export const planFileDefaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'phases[]': {
    maxInFlight: 100,
    failureThreshold: { share: 0.05 },
    successShare: 0.9,
    minSoakMs: 600_000,
    promote: 'automatic',
  },
  'windows[]': { zone: 'site' },
  gate: { ...defaultSequentialGate },
  'gate.metrics[]': { kind: 'event', worse: 'higher', dryRun: false },
};

/** How values under a name are written in a file. */
export function notationOf(name: string, schema: Schema): Notation {
  if (schema.type === 'integer' && name.endsWith('Ms')) return 'duration';
  if (schema.type === 'integer' && name.startsWith('bytes')) return 'bytes';
  if (schema.type === 'number' && schema.minimum === 0 && schema.maximum === 1) return 'share';
  return schema.format === 'date-time' ? 'instant' : 'plain';
}

/** The name of a field in a file: times are written with their unit, so the unit leaves the name. */
export function fileNameOf(name: string, schema: Schema): string {
  return notationOf(name, schema) === 'duration' ? name.slice(0, -2) : name;
}

/** The one field of an object that can be written as a bare value: `5 %` for `{share: 0.05}`, `10` for a constant rate. */
export function bareFieldOf(schema: Schema): string | undefined {
  const fields = Object.entries(schema.properties ?? {}).filter(([, field]) => field.const === undefined);
  const [only] = fields;
  const isScalar = only?.[1].type !== undefined && only[1].type !== 'object' && only[1].type !== 'array';
  // A group needs its word: any text could be meant.
  return only && fields.length === 1 && isScalar && only[1].type !== 'string' ? only[0] : undefined;
}

/** The word that alone stands for an object, as `gate: fixed` does: what tells it apart, when it needs nothing else. */
export function wordOf(schema: Schema, place: string): unknown {
  const left = planFileDefaults[place] ?? {};
  const fields = Object.entries(schema.properties ?? {});
  const isNeeded = (name: string) => schema.required?.includes(name) && !(name in left);
  if (fields.some(([name, field]) => field.const === undefined && isNeeded(name))) return undefined;
  return fields.find(([, field]) => field.const !== undefined)?.[1].const;
}

const summaries: Readonly<Record<string, string>> = {
  phases: 'In order; each takes in the devices of the one before.',
  'phases[].size': 'How far it reaches: a share (5 %), a count of devices (300), or {group: NAME}.',
  'phases[].maxInFlight': 'Most deployments under way at once.',
  'phases[].failureThreshold': 'A gate of kind `fixed` fails when more devices than this failed: a share or a count.',
  'phases[].successShare': 'Share of its devices that must have committed before the gate may pass.',
  'phases[].minSoakMs': 'How long it is watched after that.',
  'phases[].promote': 'Whether the next phase opens by itself or waits for `fettle rollout promote`.',
  onFail: 'What the rollout does by itself when a gate fails.',
  maxAttempts: 'Most attempts of one device.',
  retryBackoffMs: 'First wait of a device after a transient error; doubles each time, up to a day.',
  priority: 'When two rollouts could serve a device the higher one does.',
  exclude: 'Devices that this expression selects are left out.',
  startAt: 'Nothing is offered before, e.g. 2026-12-01T02:00:00Z or "2026-12-01 02:00 Europe/Berlin".',
  endAt: 'Nothing new is offered from then on.',
  windows: 'Maintenance windows: devices are served while one of them is open; none means always.',
  'windows[].durationMs': 'How long it stays open, in elapsed time: 1 minute to 7 days.',
  ignoreFreezes: 'Whether freeze periods of the fleet do not hold it back.',
  rate: 'Devices that may start in a minute.',
  'budgets.unproven': 'Most devices that have started and are not proven yet.',
  'budgets.perSite': 'Most deployments under way at one site.',
  'budgets.onePerPair': 'Whether devices that share a `pair` are never down together.',
  'budgets.bytesPerHour': 'Most bytes that devices are sent for in any hour, e.g. 20 GB.',
  demands: 'What a device must say of itself before it is offered anything.',
  gate: 'How outcomes are judged: by comparison with devices that wait, or by fixed thresholds.',
  rollBackOnFail: 'Whether devices that took the release go back when a gate fails.',
};

/**
 * The JSON Schema of plan files, for editors; made from the shape that the API takes. It leaves out `policy`, which is
 * how the API writes a plan and not how people do.
 */
export function planFileSchema(): Readonly<Record<string, unknown>> {
  const { policy: _, ...properties } = planFileShape.properties ?? {};
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rollout plan of Fettle',
    ...fileObject({ ...planFileShape, properties }, ''),
    anyOf: [{ required: ['preset'] }, { required: ['phases'] }],
  };
}

function fileSchema(schema: Schema, name: string, path: string): Record<string, unknown> {
  const summary = schema.description ?? summaries[path];
  const described = summary === undefined ? {} : { description: summary };
  const notation = notationOf(name, schema);
  if (notation !== 'plain') return { ...notations[notation], ...described };
  if (schema.properties) return { ...fileObject(schema, path), ...described };
  if (schema.items) return { ...schema, items: fileSchema(schema.items, name, `${path}[]`), ...described };
  if (!schema.anyOf) return { ...schema, ...described };
  const variants = schema.anyOf.flatMap((variant) => {
    const whole = fileSchema(variant, name, path);
    delete whole.description;
    const word = variant.type === 'null' ? 'none' : wordOf(variant, path);
    const bare = bareFieldOf(variant);
    const field = bare === undefined ? undefined : variant.properties?.[bare];
    const short = bare === undefined || !field ? [] : [fileSchema(field, bare, `${path}.${bare}`)];
    return [...(word === undefined ? [] : [{ const: word }]), ...short, whole];
  });
  return { anyOf: variants, ...described };
}

function fileObject(schema: Schema, path: string): Record<string, unknown> {
  const left = planFileDefaults[path] ?? {};
  const fields = Object.entries(schema.properties ?? {});
  const required = fields
    .filter(([name, field]) => schema.required?.includes(name) && !(name in left) && field.const === undefined)
    .map(([name, field]) => fileNameOf(name, field));
  const properties = fields.map(([name, field]) => {
    const place = path === '' ? name : `${path}.${name}`;
    return [fileNameOf(name, field), fileSchema(field, name, place)] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

const notations: Readonly<Record<Exclude<Notation, 'plain'>, Record<string, unknown>>> = {
  duration: { anyOf: [{ type: 'string', pattern: '^\\d+(\\.\\d+)? ?(ms|s|m|min|h|d)$' }, { const: 0 }] },
  share: {
    anyOf: [
      { type: 'string', pattern: '^(\\d{1,3}(\\.\\d{1,4})? ?%|all)$' },
      { type: 'number', minimum: 0, maximum: 1 },
    ],
  },
  bytes: {
    anyOf: [
      { type: 'string', pattern: '^\\d+(\\.\\d+)? ?([kMGT]?B|[KMGT]iB)$' },
      { type: 'integer', minimum: 1 },
    ],
  },
  instant: {
    type: 'string',
    pattern: '^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?)? ?(Z|[+-]\\d\\d:\\d\\d|[A-Za-z].*)$',
  },
};
