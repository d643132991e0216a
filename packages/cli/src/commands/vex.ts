import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { joinSignatures } from '@fettle/gates';
import { FettleError } from '@fettle/model';
import {
  type Envelope,
  encodeStatement,
  parseEnvelope,
  parseStatement,
  signEnvelope,
  statementPayloadType,
} from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { identifyFile } from '../publish/digest.ts';
import { addCommand, addNoun, type CommandArguments, collect, type Shell, textArgument } from '../shell.ts';
import { withKey } from '../trust/open-key.ts';

interface SignOptions {
  readonly key: readonly string[];
  readonly out?: string;
}

/** `fettle vex`: what makers say of vulnerabilities in their products, signed so that it counts. */
export function addVexCommands(program: Command, shell: Shell): void {
  const vex = addNoun(program, 'vex', 'statements that a product is not affected, signed so that they count');
  addCommand<SignOptions>(vex, shell, {
    usage: 'sign <file>',
    summary: 'sign a VEX document with a key that the policy names under waivers; or a signed one once more',
    options: (command) =>
      command
        .requiredOption('--key <key>', 'key file or locator; several times for several signatures', collect)
        .option('--out <file>', 'write it there (default: beside the document, as NAME.dsse.json)'),
    run: signVex,
  });
}

async function signVex(context: Context, { key: keys, out }: SignOptions, args: CommandArguments): Promise<undefined> {
  const file = textArgument(args, 0);
  const { digest } = await identifyFile(file, { signal: context.io.signal });
  const document = parseDocument(file, await readFile(file, 'utf8'));
  const isSigned = document.payloadType === statementPayloadType;
  let signed = isSigned ? readSigned(file, document) : undefined;
  const statement = signed
    ? Buffer.from(signed.payload, 'base64')
    : encodeStatement({
        subject: [{ name: basename(file), sha256: digest }],
        predicateType: predicateTypeOf(document),
        predicate: document,
      });
  // Whoever adds a name to what somebody else has signed signs a VEX document too, and nothing else.
  const read = parseStatement(statement);
  if (!read.ok) throw refused(file, read.message);
  if (isSigned && read.statement.predicateType !== predicateTypeOf(read.statement.predicate)) {
    throw refused(file, `expected a signed VEX document, found a statement of type ${read.statement.predicateType}`);
  }
  for (const key of keys) {
    const added = await withKey(key, context.io, (signer) => signEnvelope(statementPayloadType, statement, [signer]));
    const both: ReturnType<typeof joinSignatures> = signed
      ? joinSignatures(signed, added)
      : { ok: true, envelope: added };
    if (!both.ok) throw refused(file, both.message);
    signed = both.envelope;
  }
  const path = out ?? (isSigned ? file : `${file}.dsse.json`);
  await writeFile(path, `${JSON.stringify(signed)}\n`, { flag: path === file ? 'w' : 'wx' });
  const by = (signed as Envelope).signatures.map(({ keyid }) => keyid);
  context.say({ file: path, signedBy: by }, (style) => `${style.good('signed')} into ${path}, by ${by.length} in all`);
  context.note(`next: fettle check FILE --vex ${path}`);
  return undefined;
}

const mostBytes = 33_554_432;

function readSigned(file: string, document: object): Envelope {
  const envelope = parseEnvelope(JSON.stringify(document), mostBytes);
  if (typeof envelope === 'string') throw refused(file, envelope);
  return envelope;
}

function parseDocument(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below: it is no document of any kind.
  }
  throw refused(file, 'expected a VEX document in JSON');
}

/** @source OpenVEX, "in-toto attestations"; CycloneDX and CSAF: the addresses of their schemas */
function predicateTypeOf(document: Readonly<Record<string, unknown>>): string {
  const context = document['@context'];
  if (typeof context === 'string' && context.startsWith('https://openvex.dev/ns')) return context;
  if (document.bomFormat === 'CycloneDX') return 'https://cyclonedx.org/bom';
  const csaf = document.document as { readonly csaf_version?: unknown } | undefined;
  if (csaf?.csaf_version === '2.0') return 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json';
  return refuseKind();
}

function refuseKind(): never {
  throw new FettleError('invalid-input', 'Expected OpenVEX 0.2.0, CSAF 2.0 or CycloneDX, found JSON of another kind.');
}

function refused(file: string, why: string): FettleError {
  return new FettleError('invalid-input', `${file}: ${why}.`);
}
