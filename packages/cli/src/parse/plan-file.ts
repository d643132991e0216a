import { readFile } from 'node:fs/promises';
import { planFileShape, type RolloutPlanView } from '@fettle/api';
import { FettleError, type PresetName, planProblems, presetPlan } from '@fettle/model';
import { isAlias, isMap, type Node, parseDocument, type YAMLMap } from 'yaml';
import { keyOf, type Path, type Reading, readValue } from './plan-reader.ts';
import { completePlan, toModel } from './plan-wire.ts';

const mostBytes = 65_536;
/** Aliases followed in one file: each one could stand for much. */
const mostAliases = 100;
const mostProblems = 20;

interface PlanSource {
  /** How the file is called in messages. */
  readonly name: string;
  /** For how many devices the plan is, where that is known: presets are fitted to it. */
  readonly devices?: number | undefined;
}

/**
 * Reads a plan from a file: YAML, or JSON as the API gives it.
 * @param devices for how many it is, where that is known: presets are fitted to it
 * @throws FettleError `invalid-input` with everything that is wrong, each with line and column
 */
export async function readPlanFile(path: string, devices?: number): Promise<RolloutPlanView> {
  const bytes = await readFile(path);
  if (bytes.length > mostBytes) {
    throw new FettleError('too-large', `${path}: a plan has at most ${mostBytes} bytes, found ${bytes.length}.`);
  }
  return readPlanText(bytes.toString('utf8'), { name: path, devices });
}

/** Reads a plan from its text; see `readPlanFile`. */
export function readPlanText(text: string, { name, devices }: PlanSource): RolloutPlanView {
  const problems = new Problems();
  const document = parseYaml(text, problems);
  const plan = document && readDocument(document, problems, devices);
  if (plan) return plan;
  throw new FettleError('invalid-input', problems.told(name, text), {
    details: { next: `mend it, then fettle rollout plan check ${name}` },
  });
}

/** What is wrong with a file, and where. */
class Problems {
  readonly #all: { offset: number; message: string }[] = [];

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add(offset: number, message: string): void {
    this.#all.push({ offset, message });
  }

  told(name: string, text: string): string {
    const lines = text.split('\n');
    const listed = this.#all
      .toSorted((a, b) => a.offset - b.offset)
      .slice(0, mostProblems)
      .map(({ offset, message }) => {
        const before = text.slice(0, offset).split('\n');
        const line = Math.min(before.length, lines.length);
        return `${name}:${line}:${(before.at(-1) ?? '').length + 1}: ${message}`;
      });
    const rest = this.#all.length - listed.length;
    return [...listed, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
  }
}

interface PlanDocument {
  readonly root: YAMLMap;
  readonly follow: Reading['follow'];
}

/** Only nodes and their places: values are built along the shape of a plan, so nothing can blow up. */
function parseYaml(text: string, problems: Problems): PlanDocument | undefined {
  let aliases = 0;
  try {
    const document = parseDocument(text, { prettyErrors: false, version: '1.2', schema: 'core' });
    for (const { pos, message } of document.errors) problems.add(pos[0], withHint(message, text.charAt(pos[0])));
    const root = document.contents;
    if (!problems.isEmpty) return undefined;
    if (!isMap(root)) {
      problems.add(0, 'expected a plan: `preset: safe`, or `phases:` and what goes with them.');
      return undefined;
    }
    const follow = (node: Node) => {
      aliases += 1;
      return isAlias(node) && aliases <= mostAliases ? node.resolve(document) : undefined;
    };
    return { root, follow };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    problems.add(0, 'is nested too deeply for a plan.');
    return undefined;
  }
}

function withHint(message: string, at: string): string {
  return at === '*' ? `${message}. An expression that begins with * has to stand in quotes.` : message;
}

function readDocument(
  { root, follow }: PlanDocument,
  problems: Problems,
  devices: number | undefined,
): RolloutPlanView | undefined {
  const found = new Map<string, Node>();
  const refuse: Reading['refuse'] = (node, path, message) =>
    problems.add(node?.range?.[0] ?? offsetOf(found, path), `${placed(path)}${message}`);
  const given = readValue({ follow, refuse, found }, root, planFileShape, []) as Readonly<Record<string, unknown>>;
  if (given?.preset === undefined && given?.phases === undefined && problems.isEmpty) {
    refuse(root, [], 'expected phases, or a preset to take them from.');
  }
  if (!problems.isEmpty) return undefined;
  const preset = given.preset as PresetName | undefined;
  const plan = completePlan(given, preset === undefined ? undefined : presetPlan(preset, devices));
  for (const { path, message } of planProblems(toModel(plan))) refuse(undefined, path, lowered(message));
  return problems.isEmpty ? plan : undefined;
}

/** Where a value stands, or what it belongs to when it was left out. */
function offsetOf(found: ReadonlyMap<string, Node>, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length);
    const node = found.get(keyOf(part)) ?? (part[0] === 'policy' ? found.get(keyOf(part.slice(1))) : undefined);
    if (node?.range) return node.range[0];
  }
  return 0;
}

/** A path as people read it: `windows[0].cron: `. */
function placed(path: Path): string {
  const parts = path[0] === 'policy' ? path.slice(1) : path;
  const text = parts
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part.replace(/Ms$/, '')}`,
    )
    .join('');
  return text === '' ? '' : `${text}: `;
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
