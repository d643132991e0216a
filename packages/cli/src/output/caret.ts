import { FettleError } from '@fettle/model';

/**
 * Asks a server about an expression; when it refuses the expression, shows where: with a caret below the place.
 * @param option how the expression was handed in, e.g. `--filter`
 */
export async function withCaret<T>(option: string, text: string | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (text === undefined || !(error instanceof FettleError)) throw error;
    const { position } = error.details;
    if (error.code !== 'invalid-input' || typeof position !== 'number' || position > text.length) throw error;
    const message = error.message.replace(/^\S+, character \d+: /, '');
    throw new FettleError(error.code, `${option}: ${message}\n${pointer(text, position)}`, { details: error.details });
  }
}

/** The line with the place, and a caret below it. */
function pointer(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const [line = ''] = text.slice(start).split('\n');
  return `${line}\n${' '.repeat(position - start)}^`;
}
