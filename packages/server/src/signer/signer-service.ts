import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FettleError, type Instant } from '@fettle/model';
import type { ReadSecret } from '@fettle/signers';
import { EvidenceDesk } from './evidence-desk.ts';
import { ImageCopies } from './image-copies.ts';
import { KeyRing } from './keys/key-ring.ts';
import { isOfInstallation, type KeyPlace, placeText, readKeyPlace } from './keys/key-roles.ts';
import { LogDesk } from './log-desk.ts';
import { roleNameOf } from './rules/signed-record.ts';
import { type Draw, RateLimiter, type SignerRates } from './signer-rates.ts';
import { SigningDesk } from './signing-desk.ts';
import { openDatabase } from './state/open-database.ts';
import { SignerState } from './state/signer-state.ts';
import { writeHead } from './wire/checkpoint-messages.ts';
import type { SignerAnswers, SignerRequest } from './wire/messages.ts';
import type { SocketLimits } from './wire/served-connection.ts';
import { listenOn } from './wire/socket-server.ts';

export interface SignerOptions {
  /** Of keys and state, for nobody else. */
  readonly folder: string;
  readonly socket: string;
  readonly groupId?: number | undefined;
  /** Keys that are held elsewhere, by `TENANT/ROLE`. */
  readonly locators: ReadonlyMap<string, string>;
  readonly readSecret: ReadSecret;
  /** Keys that somebody gives up: new ones are made or taken in their place. */
  readonly replace: readonly KeyPlace[];
  readonly rates: SignerRates;
  readonly now: () => Instant;
  readonly onFailure: (error: unknown) => void;
  readonly limits?: Partial<SocketLimits>;
  /** How long a process that ends is waited for until its folder is free. */
  readonly folderWaitMs?: number;
}

export interface SignerService {
  close(): Promise<void>;
}

const usualFolderWaitMs = 5_000;

/**
 * The signer: opens its folder for itself alone, and answers on its socket.
 * @throws FettleError when the folder is in use or a key that is held elsewhere cannot be opened
 */
export async function openSignerService(options: SignerOptions): Promise<SignerService> {
  const { folder, now, rates } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const database = openDatabase(join(folder, 'signer.db'), options.folderWaitMs ?? usualFolderWaitMs);
  const state = new SignerState(database);
  const keys = new KeyRing({ ...options, state });
  const closeAll = async () => {
    await keys.close();
    state.close();
  };
  try {
    for (const place of options.replace) keys.replace(place);
    await openGivenKeys(keys, options.locators);
    const desk = new SigningDesk({ state, keys, images: new ImageCopies({ folder, state, now }), now });
    const desks = { desk, logs: new LogDesk({ state, keys, now }), evidence: new EvidenceDesk({ state, keys, now }) };
    const limiter = new RateLimiter(rates, now);
    const answer = (request: SignerRequest) => {
      try {
        limiter.take(drawOf(request));
      } catch (error) {
        state.countTurnedAway();
        throw error;
      }
      return answerWith(desks, request);
    };
    const socket = await listenOn({
      ...options,
      path: options.socket,
      groupId: options.groupId,
      answer: async (request) => await answer(request),
    });
    return {
      async close() {
        await socket.close();
        await desk.close();
        await desks.logs.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A wrong PIN or a token that is not there is told at the start, not when a device waits. */
async function openGivenKeys(keys: KeyRing, locators: ReadonlyMap<string, string>): Promise<void> {
  for (const place of [...locators.keys()].map(readKeyPlace)) {
    if (isOfInstallation(place)) await keys.installation(place.role);
    else await keys.of(place.tenant);
  }
}

function drawOf(request: SignerRequest): Draw {
  switch (request.do) {
    case 'sign': {
      const { of } = request;
      const name = roleNameOf(of);
      return of.repository === 'image' ? { kind: 'image', name: `${of.tenant}/${name}` } : { kind: 'director', name };
    }
    case 'learn':
      return { kind: 'image', name: `${request.tenant}/evidence` };
    case 'time':
    case 'checkpoint':
    case 'statement':
      return { kind: request.do, name: request.do };
    default:
      return { kind: 'question', name: request.do };
  }
}

interface Desks {
  readonly desk: SigningDesk;
  readonly logs: LogDesk;
  readonly evidence: EvidenceDesk;
}

async function answerWith(
  { desk, logs, evidence }: Desks,
  request: SignerRequest,
): Promise<SignerAnswers[keyof SignerAnswers]> {
  switch (request.do) {
    case 'keys':
      return await desk.keys(request.tenant);
    case 'last':
      return desk.lastVersion(request.of);
    case 'known':
      return desk.knownVersions(request.tenant, request.repository);
    case 'learn':
      desk.learn(request.tenant, request.files);
      return true;
    case 'sign':
      return await desk.sign(request.of, request.payload);
    case 'time':
      return await desk.time(request.tenant, request.nonce);
    case 'log-key':
      return await logs.key(request.origin);
    case 'log-last':
      return writeHead(logs.last(request.origin));
    case 'checkpoint':
      return await logs.sign(request.request);
    case 'evidence-key':
      return await evidence.key();
    case 'statement':
      return await evidence.sign(request.statement);
  }
}

/** @throws FettleError `invalid-input` when a key is named twice */
export function locatorsOf(given: readonly (readonly [KeyPlace, string])[]): ReadonlyMap<string, string> {
  const locators = new Map<string, string>();
  for (const [place, locator] of given) {
    const name = placeText(place);
    if (locators.has(name)) throw new FettleError('invalid-input', `Expected one --key for ${name}, found two.`);
    locators.set(name, locator);
  }
  return locators;
}
