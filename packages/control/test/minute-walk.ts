/** What clocks on the wall show in one minute. */
export interface LocalMinute {
  readonly minute: number;
  readonly hour: number;
  readonly monthDay: number;
  readonly weekDay: number;
}

export interface Walk {
  readonly from: number;
  /** Whether the window is open, one entry a minute. */
  readonly open: readonly boolean[];
}

const minuteMs = 60_000;
const weekDays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * An oracle for windows, slow on purpose and sharing nothing with them: it looks at the wall clock of a zone minute by
 * minute, two days before and after an instant. A minute that clocks show again fires nothing; minutes that they leave
 * out fire when they have left them out.
 */
export function minuteWalk(
  zone: string,
  around: number,
  window: { readonly durationMs: number; readonly fires: (local: LocalMinute) => boolean },
): Walk {
  const minutes = 2 * 2 * 24 * 60;
  const from = around - (minutes / 2) * minuteMs;
  const before = Math.ceil(window.durationMs / minuteMs) + 24 * 60;
  const format = wallClock(zone);
  const seen = new Set<number>();
  const open: boolean[] = [];
  let openUntil = 0;
  let shown = readWall(format, from - (before + 1) * minuteMs);
  for (let step = -before; step < minutes; step += 1) {
    const now = from + step * minuteMs;
    const next = readWall(format, now);
    // Everything that the clocks have passed since the last look, the minute itself included.
    for (let wall = next > shown ? shown + minuteMs : next; wall <= next; wall += minuteMs) {
      if (seen.has(wall)) continue;
      seen.add(wall);
      if (window.fires(partsOf(wall))) openUntil = Math.max(openUntil, now + window.durationMs);
    }
    shown = next;
    if (step >= 0) open.push(now < openUntil);
  }
  return { from, open };
}

function wallClock(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
}

/** The wall clock as a number that grows by a minute a minute: dd/mm/yyyy, hh:mm. */
function readWall(format: Intl.DateTimeFormat, at: number): number {
  const [, date, month, year, hour, minute] = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(format.format(at)) ?? [];
  return Date.parse(`${year}-${month}-${date}T${hour}:${minute}Z`);
}

function partsOf(wall: number): LocalMinute {
  const text = new Date(wall).toUTCString();
  return {
    minute: Number(text.slice(20, 22)),
    hour: Number(text.slice(17, 19)),
    monthDay: Number(text.slice(5, 7)),
    weekDay: weekDays.indexOf(text.slice(0, 3)),
  };
}
