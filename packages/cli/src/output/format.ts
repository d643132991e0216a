const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration as people say it: `850 ms`, `12 s`, `3 min`, `2 h 5 min`, `4 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${trim(ms / 1_000)} s`;
  if (ms < hour) return `${trim(ms / minute)} min`;
  if (ms < day) {
    const minutes = Math.floor((ms % hour) / minute);
    return `${Math.floor(ms / hour)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  return `${trim(ms / day)} d`;
}

/** How long ago (or ahead) an RFC 3339 instant is. */
export function formatAge(instant: string | null | undefined, now: number): string {
  if (!instant) return 'never';
  const ms = now - Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  return ms >= 0 ? `${formatDuration(ms)} ago` : `in ${formatDuration(-ms)}`;
}

/** A size as people say it: `512 B`, `290 KiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : trim(value)} ${units[unit]}`;
}

/** A count with its noun: `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share from 0 to 1 as `37 %`. */
export function formatShare(share: number): string {
  return `${trim(share * 100)} %`;
}

/** The first 12 digits of a digest or key id: enough to tell them apart by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** `12` devices of `200`: a bar of the given width. */
export function bar(done: number, all: number, width = 24): string {
  const filled = all <= 0 ? 0 : Math.min(width, Math.round((done / all) * width));
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}
