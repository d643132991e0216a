import { randomBytes } from 'node:crypto';
import { componentName, deviceType, digest, fleetId, makeId } from '@fettle/model';
import { native } from '@fettle/protocol';
import { encodeManifest, manifestPayloadType, type Signer, signEnvelope } from '@fettle/trust';
import type { PreparedImage } from './images.ts';

/** What the releases of these tests are for. */
export const audience = { fleet: 'bench', deviceType: 'board-a', component: 'rootfs' } as const;

/** Signs a new release with this image and offers it; every release has a counter of its own. */
export async function offerOf(image: PreparedImage, counter: number, signer: Signer): Promise<native.OfferMessage> {
  const version = `1.${counter}.0`;
  const { sizeBytes } = image;
  const artifact = {
    deviceType: deviceType(audience.deviceType),
    component: componentName(audience.component),
    kind: 'image',
    digest: digest(image.digest),
    sizeBytes,
    hardware: [],
  } as const;
  const about = {
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    artifacts: [artifact],
    notes: '',
  };
  const manifest = encodeManifest({ fleet: fleetId(audience.fleet), version, counter, ...about });
  const url = `${native.nativePaths.artifacts}/${image.digest}`;
  return {
    deployment: makeId('dep', Date.now(), randomBytes(10)),
    version,
    envelope: JSON.stringify(await signEnvelope(manifestPayloadType, manifest, [signer])),
    artifacts: [{ component: audience.component, kind: 'image', sha256: image.digest, sizeBytes, url }],
    attempt: 1,
  };
}
