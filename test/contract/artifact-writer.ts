import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { digest } from '@fettle/model';
import { openDiskArtifacts } from '../../packages/server/src/artifacts/index.ts';

// Uploads in pieces and says what was acknowledged, until it is killed.
const [folder = '', upload = ''] = process.argv.slice(2);
const artifacts = await openDiskArtifacts({ folder, openUploads: new Set([upload]) });
const piece = Buffer.alloc(150_000, upload);
const hash = createHash('sha256');
const pieces = 25;
for (let i = 0; i < pieces; i++) {
  const range = { offset: i * piece.length, sizeLimit: pieces * piece.length };
  const size = await artifacts.append(upload, Readable.from([piece]), range);
  hash.update(piece);
  process.stdout.write(`received ${size}\n`);
}
const expected = digest(hash.digest('hex'));
for (;;) {
  const { kept } = await artifacts.finish(upload, expected);
  if (kept) process.stdout.write(`kept ${expected}\n`);
}
