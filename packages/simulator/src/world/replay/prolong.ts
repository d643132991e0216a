import { type ContactRun, Contacts } from './contacts.ts';
import type { Recording } from './recording.ts';

/** How often a rollout is moved on after the end of what was recorded. */
const tickMs = 60_000;
/** A server keeps when a device was last seen to a minute, and writes it a while later. */
const seenLagMs = 90_000;

/** The recording as if it had gone on: devices that called until its end keep calling at the same distance. */
export function prolong(recording: Recording, durationMs: number): Recording {
  const { header, devices, fleet } = recording;
  const end = header.until - header.from;
  if (durationMs <= end) return recording;
  const intervalMs = fleet.fleet.checkInIntervalMs;
  const on = (last: number, stepMs: number): ContactRun[] => {
    const count = Math.floor((durationMs - last) / stepMs);
    return count > 0 ? [[last + stepMs, stepMs, count]] : [];
  };
  return {
    ...recording,
    header: { ...header, until: header.from + durationMs, ticks: [...header.ticks, ...on(end, tickMs)] },
    devices: devices.map((device) => {
      const last = device.contacts.last(end);
      // One that had gone silent stays so.
      if (last < 0 || last < end - 2 * intervalMs - seenLagMs) return device;
      return { ...device, contacts: new Contacts([...device.contacts.runs, ...on(last, intervalMs)]) };
    }),
  };
}
