export { type Board, createBoard } from './board/board.ts';
export type { ImageBehaviour, KnownImage } from './board/catalogue.ts';
export type { BoardEvent, BootRecord } from './board/history.ts';
export type { BoardOptions, BoardTimings } from './board/options.ts';
export type { DrillResult, PlayedRotation, Stranding } from './drill/result.ts';
export type { FleetEvent, NewFleetEvent, ViolationCode } from './fleet/events.ts';
export { createFleet, type DeviceGlance, type FleetStats, type PretendFleet } from './fleet/fleet.ts';
export { type AcknowledgedReport, agrees, type LedgerEntry } from './fleet/ledger.ts';
export {
  type BadRelease,
  type Deed,
  type MisbehaviourName,
  type MisbehaviourShares,
  misbehaviourNames,
  misbehaviours,
} from './fleet/misbehaviour.ts';
export type { FleetOptions } from './fleet/options.ts';
