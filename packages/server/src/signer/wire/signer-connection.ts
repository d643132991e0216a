import { connect, type Socket } from 'node:net';
import { FettleError } from '@fettle/model';
import { createLineCutter } from './lines.ts';
import { longestLine, readAnswer, type SignerAnswer } from './messages.ts';

export interface ConnectionEvents {
  readonly onAnswer: (answer: SignerAnswer) => void;
  /** Once, however it ends. */
  readonly onEnd: () => void;
}

/** One connection to the signer; lines out, answers in. */
export interface SignerConnection {
  send(line: string): void;
  close(): void;
}

/** @throws FettleError `signer-unavailable` */
export function openConnection(path: string, { onAnswer, onEnd }: ConnectionEvents): Promise<SignerConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const refuse = (cause: Error) => {
      const message = `Expected the signer on ${path}, found none: ${cause.message}. Start it, or look into its log.`;
      reject(new FettleError('signer-unavailable', message, { cause }));
    };
    socket.once('error', refuse);
    socket.once('connect', () => {
      socket.off('error', refuse);
      // An error ends it: `close` follows.
      socket.on('error', () => {});
      socket.once('close', onEnd);
      readAnswers(socket, onAnswer);
      // Waiting for answers holds the process by its timers; an idle connection does not.
      socket.unref();
      resolve({ send: (line) => void socket.write(line), close: () => socket.destroy() });
    });
  });
}

function readAnswers(socket: Socket, onAnswer: ConnectionEvents['onAnswer']): void {
  const cutter = createLineCutter(longestLine);
  socket.on('data', (chunk: Buffer) => {
    const lines = cutter.push(chunk);
    if (lines === 'too-long') return void socket.destroy();
    try {
      for (const line of lines) onAnswer(readAnswer(line));
    } catch {
      // Not what a signer says: whatever waits is asked again on a new connection, or fails by its time.
      socket.destroy();
    }
  });
}
