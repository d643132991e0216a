import { setTimeout as delay } from 'node:timers/promises';
import { sha256Of, type Workshop } from './workshop.ts';

const partBytes = 262_144;
const pieceBytes = 16_384;

/** What an upload lived through. */
export interface UploadHistory {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Parts that a crash cut in the middle. */
  cut: number;
  /** Bytes that the server had acknowledged and then did not have; must stay empty. */
  readonly lost: string[];
}

/**
 * Uploads bytes in parts while the server comes and goes; each part trickles, so that crashes cut it.
 * @param mayGoOn asked before every part with the share that is done
 */
export async function uploadSlowly(
  workshop: Workshop,
  bytes: Buffer,
  mayGoOn: (share: number) => Promise<void>,
): Promise<UploadHistory> {
  const history: UploadHistory = { sha256: sha256Of(bytes), sizeBytes: bytes.length, cut: 0, lost: [] };
  const { sha256, sizeBytes } = history;
  const { client } = workshop;
  let acknowledged = 0;
  for (;;) {
    const upload = await workshop.persist(() => client.beginUpload({ sha256, sizeBytes }));
    if (upload.complete || upload.id === null) return history;
    if (upload.receivedBytes < acknowledged) {
      history.lost.push(`The server had acknowledged ${acknowledged} bytes and now has ${upload.receivedBytes}.`);
    }
    let offset = upload.receivedBytes;
    for (let whole = true; whole && offset < sizeBytes; ) {
      await mayGoOn(offset / sizeBytes);
      const received = await sendPart(workshop, upload.id, { bytes, offset });
      whole = received !== undefined;
      if (received === undefined) history.cut++;
      else {
        acknowledged = received;
        offset = received;
      }
    }
  }
}

/** @returns how many bytes the server acknowledges, or undefined when the connection broke */
async function sendPart(
  { client, token }: Workshop,
  upload: string,
  { bytes, offset }: { bytes: Buffer; offset: number },
): Promise<number | undefined> {
  const trickle = async function* () {
    const end = Math.min(bytes.length, offset + partBytes);
    for (let at = offset; at < end; at += pieceBytes) {
      yield bytes.subarray(at, Math.min(end, at + pieceBytes));
      // Not a wait for anything: the part has to take a while, or no crash would ever hit it.
      await delay(5);
    }
  };
  try {
    const response = await fetch(`${client.server}/api/v1/uploads/${upload}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
      },
      body: ReadableStream.from(trickle()),
      duplex: 'half',
    } as RequestInit);
    if (!response.ok) return undefined;
    return ((await response.json()) as { receivedBytes: number }).receivedBytes;
  } catch {
    return undefined;
  }
}
