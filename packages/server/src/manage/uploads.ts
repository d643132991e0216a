import type { IncomingMessage } from 'node:http';
import { appendUpload, beginUpload, getUpload, type Upload } from '@fettle/control';
import { digest, FettleError, limits } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import { HttpRefusal } from '../http/problem.ts';
import type { ManageHandlers } from './door.ts';

export const uploadMediaType = 'application/offset+octet-stream';

/** Lets upload bodies through as streams; they are never parsed and never gathered. */
export function acceptUploadStreams(app: FastifyInstance): void {
  app.addContentTypeParser(uploadMediaType, (_request, payload, done) => done(null, payload));
}

export const uploadHandlers: ManageHandlers = {
  async beginUpload({ scope, brain, body, reply }) {
    const wanted = { digest: digest(body.sha256), sizeBytes: body.sizeBytes };
    const { upload } = await beginUpload(scope, brain, wanted);
    if (upload) {
      // The row tells what was known at its last change; the storage knows what is there.
      const { receivedBytes } = await getUpload(scope, brain, upload.id);
      reply.header('upload-offset', String(receivedBytes));
      return view({ ...upload, receivedBytes });
    }
    reply.code(200);
    const { sha256, sizeBytes } = body;
    return { id: null, sha256, sizeBytes, receivedBytes: sizeBytes, complete: true };
  },
  async getUpload({ scope, brain, params, reply }) {
    const upload = await getUpload(scope, brain, params.upload);
    reply.header('upload-offset', String(upload.receivedBytes));
    return view(upload);
  },
  async appendUpload({ scope, brain, params, request, reply }) {
    const offset = readOffset(request.headers['upload-offset']);
    const bytes = request.body as IncomingMessage | undefined;
    if (request.headers['content-type'] !== uploadMediaType || !bytes) {
      throw new HttpRefusal(415, `Send the bytes as Content-Type: ${uploadMediaType}.`);
    }
    if (request.headers['content-encoding'] !== undefined) {
      throw new HttpRefusal(415, 'Uploads take plain bytes, without Content-Encoding.');
    }
    // Hashing the last bytes of a big artifact takes longer than an idle connection is granted.
    bytes.once('end', () => request.socket.setTimeout(0));
    const done = await appendUpload(scope, brain, params.upload, { offset, bytes });
    reply.header('upload-offset', String(done.receivedBytes));
    return done;
  },
};

function view(upload: Upload) {
  const { id, digest: sha256, sizeBytes, receivedBytes } = upload;
  return { id, sha256, sizeBytes, receivedBytes, complete: false };
}

function readOffset(header: string | string[] | undefined): number {
  const text = typeof header === 'string' ? header : '';
  const offset = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (offset <= limits.artifactBytes) return offset;
  throw new FettleError('invalid-input', 'Expected a header Upload-Offset: the number of bytes that were sent before.');
}
