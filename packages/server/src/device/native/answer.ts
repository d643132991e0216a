import type { ServerResponse } from 'node:http';

/** Answers JSON text: one write for head and body; text of ASCII alone goes the quicker way. */
export function answer(response: ServerResponse, text: string): void {
  const sizeBytes = Buffer.byteLength(text);
  response.writeHead(200, [
    'content-type',
    'application/json',
    'content-length',
    String(sizeBytes),
    'cache-control',
    'no-store',
  ]);
  response.end(text, sizeBytes === text.length ? 'latin1' : 'utf8');
}
