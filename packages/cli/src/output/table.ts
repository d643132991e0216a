import { stripVTControlCharacters } from 'node:util';

/** Lays rows out in columns under a head line; the last column is never padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head.map((cell) => cell.toUpperCase()), ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines.map((line) => layOut(line, widths)).join('\n');
}

/** Lays facts out as `name  value` lines. */
export function facts(entries: readonly (readonly [string, string])[]): string {
  const widest = Math.max(0, ...entries.map(([name]) => width(name)));
  return entries.map(([name, value]) => `${name.padEnd(widest)}  ${value}`).join('\n');
}

function layOut(line: readonly string[], widths: readonly number[]): string {
  const cells = line.map((cell, column) => {
    const missing = column === line.length - 1 ? 0 : (widths[column] ?? 0) - width(cell);
    return cell + ' '.repeat(Math.max(0, missing));
  });
  return cells.join('  ').trimEnd();
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
