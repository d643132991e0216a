import { errorCodes } from '@fettle/model';
import type { OpenApiDocument, Operation } from './openapi.ts';
import { statusOfCode } from './problem.ts';
import { schemaText } from './schema-text.ts';

/** The browsable page of the API: one self-contained HTML text without scripts, made from the OpenAPI document. */
export function docsPage(document: OpenApiDocument): string {
  const groups = (document.tags ?? []).map((tag) => ({ ...tag, operations: operationsOf(document, tag.name) }));
  const index = groups.map(({ name }) => `<li><a href="#${slug(name)}">${asHtml(name)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asHtml(document.info.title)} API ${asHtml(document.info.version)}</title><style>${style}</style></head>
<body><header><h1>${asHtml(document.info.title)} API <small>${asHtml(document.info.version)}</small></h1>
<p>${inline(document.info.description ?? '')}</p>
<p><a href="/api/openapi.json">openapi.json</a> · OpenAPI ${asHtml(document.openapi)}</p></header>
<nav><ul>${index}<li><a href="#errors">errors</a></li></ul></nav>
<main>${groups.map(groupHtml).join('\n')}${errorsHtml()}</main></body></html>
`;
}

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
interface Group {
  readonly name: string;
  readonly description?: string;
  readonly operations: readonly Entry[];
}

function operationsOf(document: OpenApiDocument, tag: string): Entry[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, operation]) => operation.tags?.includes(tag))
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

function groupHtml({ name, description, operations }: Group): string {
  return `<section id="${slug(name)}"><h2>${asHtml(name)}</h2><p>${inline(description ?? '')}</p>
${operations.map(operationHtml).join('\n')}</section>`;
}

function operationHtml({ method, path, operation }: Entry): string {
  const id = operation.operationId ?? '';
  const body = Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) =>
    part(`Body, ${type}`, schema),
  );
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => /^\d+$/.test(status))
    .map(([status, { content }]) => {
      const [type, media] = Object.entries(content ?? {})[0] ?? [];
      return media ? part(`Answer ${status}, ${type}`, media.schema) : `<h4>Answer ${asHtml(status)}, no content</h4>`;
    });
  const access = operation.security?.some((need) => 'deviceToken' in need)
    ? 'device token'
    : operation.security
      ? 'operator token'
      : 'open';
  return `<details id="${asHtml(id)}"><summary><span class="verb ${asHtml(method)}">${asHtml(method.toUpperCase())}</span>
<code>${asHtml(path)}</code> <span class="says">${inline(operation.summary ?? '')}</span></summary>
<div class="inside"><p class="access">${access} · <code>${asHtml(id)}</code></p>
${parametersHtml(operation)}${body.join('')}${answers.join('')}</div></details>`;
}

function parametersHtml(operation: Operation): string {
  const rows = (operation.parameters ?? []).map(
    (p) =>
      `<tr><td><code>${asHtml(p.name)}</code></td><td>${asHtml(p.in)}${p.required ? ', required' : ''}</td>` +
      `<td><code>${asHtml(schemaText(p.schema))}</code></td><td>${inline(p.description ?? descriptionOf(p.schema))}</td></tr>`,
  );
  return rows.length === 0 ? '' : `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

function errorsHtml(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { summary, retryable }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${statusOfCode[code as keyof typeof errorCodes]}</td>` +
      `<td>${retryable ? 'later, yes' : 'no'}</td><td>${asHtml(summary)}</td></tr>`,
  );
  return `<section id="errors"><h2>errors</h2>
<p>Every refusal is a problem document (RFC 9457) whose <code>type</code> points here. HTTP itself may refuse with 405, 408, 412, 414, 415, 416, 417 or 431.</p>
<table><tr><th>code</th><th>status</th><th>try again</th><th>means</th></tr>${rows.join('')}</table></section>`;
}

function part(title: string, schema: object): string {
  return `<h4>${asHtml(title)}</h4><pre>${asHtml(schemaText(schema))}</pre>`;
}

function descriptionOf(schema: object): string {
  return 'description' in schema ? String(schema.description) : '';
}

const slug = (name: string) => name.replaceAll(' ', '-');
const asHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const inline = (text: string) => asHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const style = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6675;--line:#d9dee6;--paper:#fbfcfd;--card:#fff;--accent:#0b6e5f;
--get:#0b6e5f;--post:#9a5b00;--put:#5b4bb5;--patch:#5b4bb5;--delete:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b6;--line:#2c3441;--paper:#12161c;--card:#191f27;--accent:#58c7b3;
--get:#58c7b3;--post:#e0a458;--put:#a79bf0;--patch:#a79bf0;--delete:#f08a80}}
*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:2rem 1.25rem 6rem;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,sans-serif}h1{margin:0;font-size:1.9rem;letter-spacing:-.02em}h1 small{color:var(--soft);font-weight:400;font-size:1rem}
h2{margin:2.5rem 0 .25rem;font-size:1.25rem}h4{margin:1rem 0 .25rem;font-size:.85rem;color:var(--soft);font-weight:600}
p{margin:.25rem 0 .75rem;color:var(--soft)}a{color:var(--accent)}code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
nav{position:sticky;top:0;background:var(--paper);border-bottom:1px solid var(--line);z-index:1}
nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;margin:0;padding:.6rem 0}nav a{text-decoration:none}
details{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:.4rem 0}
details[open]{border-color:var(--accent)}summary{cursor:pointer;padding:.55rem .8rem;display:flex;gap:.7rem;align-items:baseline;flex-wrap:wrap;list-style:none}
summary::-webkit-details-marker{display:none}.verb{font:600 12px/1 ui-monospace,monospace;min-width:4rem}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
.says{color:var(--soft);font-size:.92rem}.inside{padding:0 .8rem .9rem;border-top:1px solid var(--line)}.access{margin:.6rem 0;font-size:.85rem}
pre{margin:0;padding:.7rem .8rem;overflow:auto;background:var(--paper);border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:target td{background:color-mix(in srgb,var(--accent) 18%,transparent)}
`;
