import { FettleError, limits } from '@fettle/model';
import { maxHeaderBytes, maxHeaders } from '../http/listener.ts';

type LimitName = keyof typeof limits;

/** What each limit bounds, in the words of its own comment or its name. */
interface LimitRow {
  readonly name: LimitName;
  readonly value: number;
  readonly says: string;
}

/**
 * The text of docs/limits.md.
 * @param source text of the model's `limits.ts`: the comments there are the explanations
 */
export function limitsPage(source: string): string {
  const rows = limitRows(source).map(({ name, value, says }) => `| \`${name}\` | ${grouped(value)} | ${says} |`);
  return `# Limits

<!-- Made by \`node packages/server/src/docs/write-pages.ts\`; change packages/model/src/limits.ts instead. -->

Everything that comes from outside is bounded. A request over a limit is refused with a problem document
(\`too-large\`, \`limit-reached\` or \`invalid-input\`) that names the limit; nothing is cut off silently unless the table says so.

| limit | value | bounds |
|---|---|---|
${rows.join('\n')}

## Of every connection

| limit | value | what happens |
|---|---|---|
| request line and headers | ${grouped(maxHeaderBytes)} bytes | 431 |
| header lines | ${maxHeaders} | further ones are ignored |
| time for headers, bodies, silence | [configuration](configuration.md): \`http.headersTimeoutMs\`, \`http.bodyTimeoutMs\`, \`http.idleTimeoutMs\` | 408 or the connection is closed |
| connections at once | \`http.maxConnections\` | closed at once |
| downloads at once | \`downloads.maxOpen\` | 503 with Retry-After |
| check-ins when the process is late | \`load.eventLoopDelayMs\` | 503 with Retry-After |
| a body over its limit | up to 8 MiB more are read and dropped, so that the client can read the answer | 413, then the connection is closed |
| JSON | \`limits.jsonDepth\` levels, UTF-8 only, no key \`__proto__\` | 400 |
`;
}

function limitRows(source: string): LimitRow[] {
  const pattern = /(?:\/\*\* (?<comment>[^*]+) \*\/\s*)?(?<name>\w+): [\d_]+,/g;
  const found = new Map([...source.matchAll(pattern)].map(({ groups }) => [groups?.name, groups?.comment?.trim()]));
  return (Object.keys(limits) as LimitName[]).map((name) => {
    if (!found.has(name)) throw new FettleError('internal', `limits.ts does not hold ${name} in the expected form.`);
    return { name, value: limits[name], says: found.get(name) ?? wordsOf(name) };
  });
}

// artifactsPerRelease → Artifacts per release.
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
