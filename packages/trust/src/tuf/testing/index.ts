// A repository in memory for the tests of whoever uses this package: `@fettle/trust/testing`.
export {
  boardA,
  delegationOf,
  delegations,
  deviceFacts,
  directorTarget,
  fileOf,
  imageBytes,
  imagePath,
  imageTarget,
  rootfs,
  type TestFleet,
  testDevice,
  testFleet,
} from './test-fleet.ts';
export { dayMs, type TestHolders, TestRepository, testStart } from './test-repository.ts';
export { keysOf, roleOf, testSigner, testSigners } from './test-signer.ts';
