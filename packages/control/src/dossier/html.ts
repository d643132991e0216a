/** Text that was escaped, or written by us. */
export interface Markup {
  readonly markup: string;
}

/** Makes markup of a template: every value is escaped unless it is markup already. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
) {
  const pieces = parts.map((part, i) => `${part}${i < values.length ? shown(values[i] ?? '') : ''}`);
  return { markup: pieces.join('') };
}

function shown(value: string | number | Markup | readonly Markup[]): string {
  if (Array.isArray(value)) return value.map(({ markup }: Markup) => markup).join('\n');
  if (typeof value === 'object') return (value as Markup).markup;
  return String(value).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Names that are longer than a line break anywhere: digests, keys, places of files. */
const longestWord = 24;

/** A table with a head, without one where no column has a name; empty lists say so. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Markup {
  if (rows.length === 0) return html`<p>none</p>`;
  const cells = (row: readonly (string | number)[]) => html`<tr>${row.map(cellOf)}</tr>`;
  const names = html`<thead><tr>${head.map((name) => html`<th>${name}</th>`)}</tr></thead>`;
  return html`<table>${head.some((name) => name !== '') ? names : ''}
<tbody>${rows.map(cells)}</tbody></table>`;
}

function cellOf(cell: string | number): Markup {
  const isLong = String(cell)
    .split(/\s/)
    .some((word) => word.length > longestWord);
  return isLong ? html`<td class="long">${cell}</td>` : html`<td>${cell}</td>`;
}

const style: Markup = {
  markup: `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#111}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top}td.long{overflow-wrap:anywhere;min-width:8rem}
th{background:#eee}code{font-size:.85em;overflow-wrap:anywhere}h2{margin-top:2rem}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}`,
};

/** A page that needs nothing from anywhere, and runs nothing. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${style}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>
`.markup;
}
