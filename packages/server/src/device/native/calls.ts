import {
  type Brain,
  type CheckInOptions,
  checkIn,
  type DeviceScope,
  enrolDevice,
  issueChallenge,
  issueToken,
  signedTime,
  takeReports,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import { native } from '@fettle/protocol';
import type { Metrics } from '../../http/metrics.ts';

/** What one message needs to be answered. */
interface Message {
  readonly brain: Brain;
  readonly scope: DeviceScope | undefined;
  readonly text: string;
  /** What the door saw of a check-in beside its text. */
  readonly seen?: CheckInOptions | undefined;
  readonly options: { readonly metrics: Metrics; readonly publicUrl: string };
}

/** One message of the protocol: decode, one call of the brain, encode. */
export interface DeviceCall {
  readonly needsToken: boolean;
  run(message: Message): Promise<string>;
}

const open = { needsToken: false } as const;
const { nativePaths } = native;

/** What is sent by POST, except for check-ins (check-ins.ts). */
export const calls: ReadonlyMap<string, DeviceCall> = new Map<string, DeviceCall>([
  [
    nativePaths.enrol,
    {
      ...open,
      async run({ brain, text }) {
        return native.enrolResponse.encode(await enrolDevice(brain, decode(native.enrolRequest, text)));
      },
    },
  ],
  [
    nativePaths.challenge,
    {
      ...open,
      async run({ brain, text }) {
        return native.challengeResponse.encode(issueChallenge(brain, decode(native.challengeRequest, text)));
      },
    },
  ],
  [
    nativePaths.token,
    {
      ...open,
      async run({ brain, text }) {
        return native.tokenResponse.encode(await issueToken(brain, decode(native.tokenRequest, text)));
      },
    },
  ],
  [nativePaths.reports, { needsToken: true, run: runReports }],
  [
    nativePaths.time,
    {
      needsToken: true,
      async run({ brain, scope, text }) {
        const { nonce } = decode(native.timeRequest, text);
        return native.timeResponse.encode(await signedTime(known(scope), brain, nonce));
      },
    },
  ],
]);

/** Decode, check in, encode: the full way of a check-in. */
export async function runCheckIn({ brain, scope, text, seen, options }: Message): Promise<string> {
  const message = decode(native.checkInRequest, text);
  const answer = await checkIn(known(scope), brain, message, seen);
  const { device } = options.metrics;
  if (message.reports) countReports(message.reports, device.reports);
  if (answer.abort !== undefined) device.aborts++;
  if (!answer.offer) return native.checkInResponse.encode(answer);
  device.offers++;
  const artifacts = answer.offer.artifacts.map((artifact) => ({
    ...artifact,
    url: artifact.url.startsWith('/') ? options.publicUrl + artifact.url : artifact.url,
  }));
  return native.checkInResponse.encode({ ...answer, offer: { ...answer.offer, artifacts } });
}

async function runReports({ brain, scope, text, options }: Message): Promise<string> {
  const message = decode(native.reportsRequest, text);
  const answer = await takeReports(known(scope), brain, message);
  countReports(message.reports, options.metrics.device.reports);
  return native.reportsResponse.encode(answer);
}

function countReports(reports: readonly native.ReportMessage[], counts: Partial<Record<string, number>>): void {
  for (const { status } of reports) counts[status] = (counts[status] ?? 0) + 1;
}

function decode<T>(codec: native.Codec<T>, text: string): T {
  const decoded = codec.decode(text);
  if (decoded.ok) return decoded.value;
  throw new FettleError('invalid-input', decoded.message.slice(0, 500), {
    details: { path: decoded.path.slice(0, 200) },
  });
}

function known(scope: DeviceScope | undefined): DeviceScope {
  if (scope) return scope;
  throw new FettleError('not-authenticated', 'This needs a device token.');
}
