import { hash } from 'node:crypto';
import type { DeviceId, Instant, TenantId } from '@fettle/model';

/**
 * Remembers, for each device, the check-in that was answered "nothing new": as a digest of everything the request
 * says, token and body. A request of the same digest needs no signature check, no decoding, no read and no decision
 * while its token lives, the fleet's structure is the same, no clock-based reason may change and nobody wrote the
 * device's record (decision 0012). Bounded: 32 bytes an entry in typed arrays; who falls out pays one full check-in.
 */
export interface QuietMemo {
  /** Whether anything is remembered of the device that the token names: cheap, and no proof of anything. */
  knows(token: string): boolean;
  /**
   * Looks a request up.
   * @param token the bearer token as it came; only its tenant and device are looked at
   * @returns what was remembered, valid until the next call of anything here; undefined on a miss
   */
  recall(token: string, body: Uint8Array, now: Instant): Recalled | undefined;
  /** What `remember` needs of the request that `recall` was asked about last; undefined when it cannot be remembered. */
  ticket(): QuietTicket | undefined;
  /** Remembers a request, unless its device was written since `recall` looked. */
  remember(ticket: QuietTicket, quiet: { structure: number; until: Instant; now: Instant }): void;
  /** After a committed write of the device's record, before anybody is told of it. */
  forget(tenant: TenantId, device: DeviceId): void;
  /** The same for writes of another process. */
  forgetDevices(hashes: Iterable<DeviceHash>): void;
  forgetAll(): void;
  /** Keeps nothing while false: for as long as writes of other processes cannot be heard of. */
  setEnabled(enabled: boolean): void;
  stats(): { readonly entries: number; readonly bytes: number };
}

/** What a request found. */
export interface Recalled {
  readonly structure: number;
  /** Whether the device's last-seen time was noted less than a minute ago. */
  readonly isSeenLately: boolean;
}

/** Where and under what digest a request may be remembered. */
export interface QuietTicket {
  readonly part: number;
  readonly tag: number;
  readonly digest: readonly [number, number, number, number];
  readonly changes: number;
  readonly epoch: number;
}

/** 64 bits of (tenant, device), 16 hexadecimal digits: names a device between processes. */
export type DeviceHash = string;

export interface QuietMemoOptions {
  /** Most entries; a power of two, 512 or more. */
  readonly mostEntries: number;
}

/** Two million entries, 64 MiB when full: a million devices find their place. */
export const quietMemoEntries = 2 ** 21;
/** Requests that say more than this are not remembered. */
const longestRequest = 16_384;
/** Last-seen times are kept to this many seconds. */
const seenSeconds = 60;

const segments = 64;
const ways = 8;
const changeCounters = 4_096;
/** Words of an entry beside its tag: four of the digest, structure, end of validity, last seen (seconds since 1970). */
const words = 7;
const structureAt = 4;
const untilAt = 5;
const seenAt = 6;
const latestSecond = 0xffff_ffff;

/** One of the 64 tables that grow apart, so that growing never takes long. */
class Segment {
  tags = new Uint32Array(ways);
  entries = new Uint32Array(ways * words);
  used = 0;

  /** The place of a tag, or -1. */
  find(tag: number): number {
    const { tags } = this;
    const first = this.#setOf(tag);
    for (let slot = first; slot < first + ways; slot++) if (tags[slot] === tag) return slot;
    return -1;
  }

  /** Makes a place for a tag: its own, a free one, or that of the device of its set that was seen longest ago. */
  claim(tag: number, mostSlots: number): number {
    const found = this.find(tag);
    if (found >= 0) return found;
    let slot = this.#free(tag);
    const share = this.used / this.tags.length;
    if (this.tags.length < mostSlots && (share >= 5 / 8 || (slot < 0 && share >= 3 / 8))) {
      this.#grow();
      slot = this.#free(tag);
    }
    if (slot < 0) slot = this.#oldest(tag);
    else this.used++;
    this.tags[slot] = tag;
    return slot;
  }

  drop(tag: number): void {
    const slot = this.find(tag);
    if (slot < 0) return;
    this.tags[slot] = 0;
    this.used--;
  }

  #free(tag: number): number {
    const first = this.#setOf(tag);
    for (let slot = first; slot < first + ways; slot++) if (this.tags[slot] === 0) return slot;
    return -1;
  }

  #oldest(tag: number): number {
    const first = this.#setOf(tag);
    let oldest = first;
    for (let slot = first; slot < first + ways; slot++) if (this.#seen(slot) < this.#seen(oldest)) oldest = slot;
    return oldest;
  }

  #setOf(tag: number): number {
    return (tag & (this.tags.length / ways - 1)) * ways;
  }

  #seen(slot: number): number {
    return this.entries[slot * words + seenAt] as number;
  }

  #grow(): void {
    const { tags, entries } = this;
    this.tags = new Uint32Array(tags.length * 2);
    this.entries = new Uint32Array(entries.length * 2);
    // A set becomes two, so that everything finds its place.
    for (let slot = 0; slot < tags.length; slot++) {
      const tag = tags[slot] as number;
      if (tag === 0) continue;
      const to = this.#free(tag);
      this.tags[to] = tag;
      for (let i = 0; i < words; i++) this.entries[to * words + i] = entries[slot * words + i] as number;
    }
  }
}

/** Makes an empty memo. */
export function createQuietMemo(options: QuietMemoOptions): QuietMemo {
  return new Memo(options.mostEntries / segments);
}

/** Names a device to other processes. */
export function deviceHash(tenant: TenantId, device: DeviceId): DeviceHash {
  const key = new DeviceKey();
  key.read(`${tenant}~${device}~`);
  return key.part.toString(16).padStart(8, '0') + key.tag.toString(16).padStart(8, '0');
}

class Memo implements QuietMemo {
  readonly #mostSlots: number;
  readonly #segments: Segment[] = [];
  /** How often devices were written, by a part of their hash. */
  readonly #changes = new Uint32Array(changeCounters);
  readonly #request = Buffer.alloc(longestRequest);
  // Of the request that was asked about last. Kept here, as an object for each request would have to be collected.
  readonly #key = new DeviceKey();
  readonly #found = { structure: 0, isSeenLately: false };
  #digest = '';
  #epoch = 0;
  #enabled = true;

  constructor(mostSlots: number) {
    this.#mostSlots = mostSlots;
    this.forgetAll();
  }

  knows(token: string): boolean {
    return this.#key.read(token) && this.#segmentOf(this.#key.part).find(this.#key.tag) >= 0;
  }

  recall(token: string, body: Uint8Array, now: Instant): Recalled | undefined {
    this.#digest = '';
    if (!this.#enabled || token.length + 1 + body.length > longestRequest || !this.#key.read(token)) return undefined;
    const digest = this.#digestOf(token, body);
    this.#digest = digest;
    const segment = this.#segmentOf(this.#key.part);
    const slot = segment.find(this.#key.tag);
    if (slot < 0) return undefined;
    const { entries } = segment;
    const at = slot * words;
    for (let i = 0; i < 4; i++) if (entries[at + i] !== wordOf(digest, i)) return undefined;
    const second = Math.floor(now / 1_000);
    const seen = entries[at + seenAt] as number;
    // A clock that was set back may stand before what the decision was made on.
    if (second >= (entries[at + untilAt] as number) || second < seen) return undefined;
    const found = this.#found;
    found.structure = entries[at + structureAt] as number;
    found.isSeenLately = second - seen < seenSeconds;
    if (!found.isSeenLately) entries[at + seenAt] = second;
    return found;
  }

  ticket(): QuietTicket | undefined {
    const text = this.#digest;
    if (text === '') return undefined;
    const { part, tag } = this.#key;
    const digest = [wordOf(text, 0), wordOf(text, 1), wordOf(text, 2), wordOf(text, 3)] as const;
    return { part, tag, digest, changes: this.#changes[tag % changeCounters] as number, epoch: this.#epoch };
  }

  remember(ticket: QuietTicket, { structure, until, now }: { structure: number; until: Instant; now: Instant }): void {
    const { part, tag, digest, changes, epoch } = ticket;
    const isWritten = changes !== this.#changes[tag % changeCounters] || epoch !== this.#epoch;
    const second = Math.floor(now / 1_000);
    const end = Math.min(latestSecond, Math.floor(until / 1_000));
    if (!this.#enabled || isWritten || end <= second) return;
    const segment = this.#segmentOf(part);
    const slot = segment.claim(tag, this.#mostSlots);
    segment.entries.set([...digest, structure, end, second], slot * words);
  }

  forget(tenant: TenantId, device: DeviceId): void {
    const key = new DeviceKey();
    if (key.read(`${tenant}~${device}~`)) this.#drop(key.part, key.tag);
  }

  forgetDevices(hashes: Iterable<DeviceHash>): void {
    for (const text of hashes) {
      this.#drop(Number.parseInt(text.slice(0, 8), 16), Number.parseInt(text.slice(8, 16), 16));
    }
  }

  forgetAll(): void {
    this.#epoch++;
    for (let i = 0; i < segments; i++) this.#segments[i] = new Segment();
  }

  setEnabled(enabled: boolean): void {
    if (!enabled) this.forgetAll();
    this.#enabled = enabled;
  }

  stats(): { readonly entries: number; readonly bytes: number } {
    let entries = 0;
    let bytes = 0;
    for (const segment of this.#segments) {
      entries += segment.used;
      bytes += segment.tags.byteLength + segment.entries.byteLength;
    }
    return { entries, bytes };
  }

  #segmentOf(part: number): Segment {
    return this.#segments[part % segments] as Segment;
  }

  #drop(part: number, tag: number): void {
    const counter = tag % changeCounters;
    this.#changes[counter] = (this.#changes[counter] as number) + 1;
    this.#segmentOf(part).drop(tag);
  }

  #digestOf(token: string, body: Uint8Array): string {
    const request = this.#request;
    const length = request.write(token, 0, 'latin1');
    // No header has this byte: where the token ends is a part of what is hashed.
    request[length] = 0x0a;
    request.set(body, length + 1);
    return hash('sha256', request.subarray(0, length + 1 + body.length), 'latin1');
  }
}

const separator = 0x7e;
/** Longer than any tenant and device together. */
const longestKey = 160;

/** Two hashes of the device that a token is for: which segment, and the tag inside it. */
class DeviceKey {
  part = 0;
  tag = 0;

  /** Reads `TENANT~DEVICE~` at the beginning of a text; false when it is not there. */
  read(text: string): boolean {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    let left = 2;
    const end = Math.min(text.length, longestKey);
    for (let i = 0; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === separator && --left === 0) {
        this.part = mixed(a);
        // Zero marks a free place.
        this.tag = mixed(b) || 1;
        return true;
      }
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995);
      b ^= b >>> 15;
    }
    return false;
  }
}

/** Spreads every bit over all. @source MurmurHash3, fmix32 */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Four characters of a digest, each a byte, as a number. */
function wordOf(digest: string, index: number): number {
  const at = index * 4;
  const high = (digest.charCodeAt(at) << 24) | (digest.charCodeAt(at + 1) << 16);
  return (high | (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3)) >>> 0;
}
