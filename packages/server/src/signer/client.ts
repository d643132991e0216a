import type { EvidenceFile, EvidenceSigner, OnlineSigner } from '@fettle/control';
import type { TenantId } from '@fettle/model';
import { type LogSigner, readPublicKey, readVkey } from '@fettle/trust';
import { readHead } from './wire/checkpoint-messages.ts';
import { mostFilesTogether } from './wire/messages.ts';
import { SignerCalls } from './wire/signer-calls.ts';

export interface SignerClientOptions {
  /** How long a caller waits, connecting and trying again included. */
  readonly timeoutMs?: number;
  /** When nobody is there: starts the signer where that is the caller's part. */
  readonly prepare?: () => Promise<void>;
}

export interface SignerClient extends OnlineSigner {
  readonly logs: LogSigner;
  readonly evidence: EvidenceSigner;
  close(): void;
}

const usualTimeoutMs = 15_000;
/** Characters of files that go in one line; a larger file goes alone. */
const mostTogether = 2_000_000;

/** The signer process as the brain sees it. Nothing is connected, or started, before the first call. */
export function createSignerClient(socketPath: string, options: SignerClientOptions = {}): SignerClient {
  const calls = new SignerCalls({
    path: socketPath,
    timeoutMs: options.timeoutMs ?? usualTimeoutMs,
    prepare: options.prepare ?? (async () => {}),
    random: () => Math.random(),
  });
  const show = async (tenant: TenantId, evidence: readonly EvidenceFile[]) => {
    // In order: each file is verified by those before it.
    for (const files of inParts(evidence)) await calls.call({ do: 'learn', tenant, files });
  };
  return {
    keys: (tenant) => calls.call({ do: 'keys', tenant }),
    lastVersion: (of) => calls.call({ do: 'last', of }),
    knownVersions: (tenant, repository) => calls.call({ do: 'known', tenant, repository }),
    async sign({ of, payload, evidence = [] }) {
      await show(of.tenant, evidence);
      return await calls.call({ do: 'sign', of, payload });
    },
    signTime: (tenant, nonce) => calls.call({ do: 'time', tenant, nonce }),
    logs: logsBy(calls),
    evidence: {
      key: async () => readPublicKey(Buffer.from(await calls.call({ do: 'evidence-key' }), 'base64')),
      sign: (statement) => calls.call({ do: 'statement', statement }),
    },
    close: () => calls.close(),
  };
}

function logsBy(calls: SignerCalls): LogSigner {
  return {
    key: async (origin) => readVkey(await calls.call({ do: 'log-key', origin })),
    last: async (origin) => readHead(await calls.call({ do: 'log-last', origin })),
    sign: (request) => calls.call({ do: 'checkpoint', request }),
  };
}

function* inParts(files: readonly EvidenceFile[]): Generator<readonly EvidenceFile[]> {
  let part: EvidenceFile[] = [];
  let length = 0;
  for (const file of files) {
    if (part.length >= mostFilesTogether || (part.length > 0 && length + file.text.length > mostTogether)) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(file);
    length += file.text.length;
  }
  if (part.length > 0) yield part;
}
