/** Text out of an image, safe to show: control characters become spaces, and what is too long ends in dots. */
export function shown(text: string, most = 120): string {
  const start = text.length > most ? `${text.slice(0, most - 3)}...` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
  return start.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ');
}

/** A count with its noun: `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
