export { covers, longestWaiverMs, readWaiver, type Waiver, waiverFrom, waiverPredicate } from './waivers/waiver.ts';
