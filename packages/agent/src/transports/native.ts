import { connect } from 'node:net';
import { native } from '@fettle/protocol';
import type { Identity } from '../identity.ts';
import { openHttp, readText, retryAfterMs } from './http.ts';
import { openDownload } from './native-download.ts';
import { getMetadata } from './native-metadata.ts';
import type { Answer, NoAnswer, Transport } from './transport.ts';

export interface NativeSettings {
  readonly server: string;
  readonly tenant: string;
  readonly fleet: string;
  readonly device: string;
  readonly deviceType: string;
  readonly ca: string | null;
  readonly identity: Identity;
  readonly claimToken: () => Promise<string | null>;
  readonly downloadIdleMs: number;
  /** What the clock of the device shows; told with every message, so that the server sees how far it is off. */
  readonly now: () => number;
}

const maxAnswerBytes = 2_097_152;
const answerMs = 30_000;
/** While logging in, a device that the server does not know (any more) has to enrol: that is a refusal too. */
const unknownDevice = [401, 403, 404];

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | null;
}

/** The native device protocol (docs/protocols/native.md). The token lives in memory only. */
export function nativeTransport(settings: NativeSettings): Transport {
  let token: string | null = null;

  const post = async (path: string, body: string, bearer: string | null): Promise<Reply | NoAnswer> => {
    try {
      // RFC 9110 §6.6.1: in the header and not in the message, so that a device with no news says the same each time.
      const date = new Date(settings.now()).toUTCString();
      const headers = { date, ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) };
      const url = new URL(path, settings.server);
      const answer = await openHttp({ method: 'POST', url, headers, body, ca: settings.ca, idleMs: answerMs });
      const text = await readText(answer, maxAnswerBytes, answerMs);
      return { status: answer.statusCode ?? 0, text, retryAfterMs: retryAfterMs(answer) };
    } catch (error) {
      return { ok: false, kind: 'unreachable', message: messageOf(error), retryAfterMs: null };
    }
  };

  const call = async <T>(path: string, body: string, decode: (text: string) => native.Decoded<T>): Promise<Answer<T>> =>
    readReply(await post(path, body, null), decode, unknownDevice);

  /** Challenge → proof → token; a device that the server does not know enrols first. */
  const login = async (): Promise<NoAnswer | null> => {
    const first = await getToken(settings, call);
    if (first.ok) {
      token = first.value;
      return null;
    }
    if (first.kind !== 'refused') return first;
    const enrolled = await enrol(settings, call);
    if (enrolled) return enrolled;
    const second = await getToken(settings, call);
    if (!second.ok) return second;
    token = second.value;
    return null;
  };

  const mustLogin = async (): Promise<void> => {
    const refused = await login();
    if (refused) throw new Error(refused.message);
  };

  const authorised = async <T>(
    path: string,
    body: string,
    decode: (text: string) => native.Decoded<T>,
  ): Promise<Answer<T>> => {
    const fresh = token === null;
    if (fresh) {
      const refused = await login();
      if (refused) return refused;
    }
    const reply = await post(path, body, token);
    if (!('status' in reply) || reply.status !== 401) return readReply(reply, decode);
    token = null;
    // A token made a moment ago that is refused will not get better by asking again at once.
    if (fresh) return readReply(reply, decode);
    const refused = await login();
    return refused ?? readReply(await post(path, body, token), decode);
  };

  return {
    checkIn: (request) =>
      authorised(native.nativePaths.checkIn, native.checkInRequest.encode(request), native.checkInResponse.decode),
    sendReports: (reports) =>
      authorised(
        native.nativePaths.reports,
        native.reportsRequest.encode({ reports: [...reports] }),
        native.reportsResponse.decode,
      ),
    async download(demand) {
      if (token === null) {
        const refused = await login();
        if (refused) return refused;
      }
      const { server, ca, downloadIdleMs: idleMs } = settings;
      const first = await openDownload(demand, { server, ca, idleMs, token });
      if (first.ok || first.kind !== 'refused') return first;
      const refused = await login();
      return refused ?? openDownload(demand, { server, ca, idleMs, token });
    },
    async fetchMetadata(demand) {
      const { server, tenant, ca } = settings;
      const get = async () => {
        if (demand.repository === 'director' && token === null) await mustLogin();
        const answer = await getMetadata(demand, {
          server,
          tenant,
          ca,
          token: demand.repository === 'director' ? token : null,
        });
        if (answer.is === 'refused') token = null;
        return answer;
      };
      const first = await get();
      const answer = first.is === 'refused' ? await get() : first;
      if (answer.is === 'refused') throw new Error(`The server refused ${demand.name} to this device.`);
      return answer.is === 'bytes' ? answer.bytes : 'absent';
    },
    async askTime(nonce) {
      const decode = (value: string): native.Decoded<string> => ({ ok: true, value });
      const answer = await authorised(native.nativePaths.time, native.timeRequest.encode({ nonce }), decode);
      return answer.ok ? Buffer.from(answer.value, 'utf8') : undefined;
    },
    async isReachable(place, timeoutMs) {
      if (place !== 'server') return isListening(place, timeoutMs);
      try {
        const url = new URL('/', settings.server);
        const answer = await openHttp({ method: 'GET', url, ca: settings.ca, idleMs: timeoutMs });
        answer.destroy();
        return true;
      } catch {
        return false;
      }
    },
  };
}

type Call = <T>(path: string, body: string, decode: (text: string) => native.Decoded<T>) => Promise<Answer<T>>;

async function getToken({ tenant, device, identity }: NativeSettings, call: Call): Promise<Answer<string>> {
  const asked = native.challengeRequest.encode({ tenant, device });
  const challenged = await call(native.nativePaths.challenge, asked, native.challengeResponse.decode);
  if (!challenged.ok) return challenged;
  const { challenge } = challenged.value;
  const proof = await identity.sign(native.tokenProofText({ tenant, device, challenge }));
  const body = native.tokenRequest.encode({ tenant, device, challenge, proof });
  const granted = await call(native.nativePaths.token, body, native.tokenResponse.decode);
  return granted.ok ? { ok: true, value: granted.value.token } : granted;
}

/** Enrols with the claim token if there is one; a token that is used up does not keep the device from waiting in line. */
async function enrol(settings: NativeSettings, call: Call): Promise<NoAnswer | null> {
  const claimToken = await settings.claimToken();
  const first = await askToEnrol(settings, call, claimToken);
  if (claimToken === null || first?.code !== 'forbidden') return first;
  return askToEnrol(settings, call, null);
}

async function askToEnrol(settings: NativeSettings, call: Call, claimToken: string | null): Promise<NoAnswer | null> {
  const { tenant, fleet, device, deviceType, identity } = settings;
  const { publicKey } = identity;
  const proof = await identity.sign(native.enrolProofText({ tenant, fleet, device, deviceType, publicKey }));
  const asked = { tenant, fleet, device, deviceType, publicKey, proof, ...(claimToken === null ? {} : { claimToken }) };
  const enrolled = await call(native.nativePaths.enrol, native.enrolRequest.encode(asked), native.enrolResponse.decode);
  if (!enrolled.ok) return enrolled;
  if (enrolled.value.status === 'accepted') return null;
  const retryAfterMs = enrolled.value.retryAfterSeconds * 1_000;
  return { ok: false, kind: 'pending', message: 'An operator has not accepted this device yet.', retryAfterMs };
}

/** One table from HTTP to what the agent does about it. */
function readReply<T>(
  reply: Reply | NoAnswer,
  decode: (text: string) => native.Decoded<T>,
  refusals: readonly number[] = [401, 403],
): Answer<T> {
  if (!('status' in reply)) return reply;
  const { status, text } = reply;
  if (status >= 200 && status < 300) {
    const decoded = decode(text);
    if (decoded.ok) return decoded;
    return {
      ok: false,
      kind: 'busy',
      message: `The answer is not as documented: ${decoded.message}`,
      retryAfterMs: null,
    };
  }
  const problem = readProblem(text);
  const message = `The server answered ${status} ${problem.code}: ${problem.detail}`.slice(0, 500);
  const { code } = problem;
  return { ok: false, kind: kindOf(status, code, refusals), code, message, retryAfterMs: reply.retryAfterMs };
}

function kindOf(status: number, code: string, refusals: readonly number[]): NoAnswer['kind'] {
  if (code === 'device-pending') return 'pending';
  if (refusals.includes(status)) return 'refused';
  if (status === 408 || status === 429 || status >= 500) return 'busy';
  return 'rejected';
}

function readProblem(text: string): { code: string; detail: string } {
  try {
    const value = JSON.parse(text) as { code?: unknown; detail?: unknown; title?: unknown };
    return { code: String(value.code ?? ''), detail: String(value.detail ?? value.title ?? '') };
  } catch {
    return { code: '', detail: text.slice(0, 100) };
  }
}

function isListening(place: string, timeoutMs: number): Promise<boolean> {
  const colon = place.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: place.slice(0, colon), port: Number(place.slice(colon + 1)) });
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}

function messageOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return message || code || 'No connection.';
}
