import type { ArtifactStore } from '@fettle/control';
import { FettleError } from '@fettle/model';

/** The bytes of artifacts play no part in a world: downloads take time there, and nothing else. */
export const noArtifacts: ArtifactStore = {
  append: refuse,
  uploadedBytes: refuse,
  finish: refuse,
  discard: refuse,
  pour: refuse,
};

function refuse(): Promise<never> {
  return Promise.reject(new FettleError('wrong-state', 'A simulated world holds no artifacts.'));
}
