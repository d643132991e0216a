import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortDigest } from '../output/format.ts';
import { cast } from './cast.ts';
import type { Stage } from './stage.ts';

interface BootEvent {
  readonly board: string;
  readonly kind: string;
  readonly boot?: { readonly slot?: string; readonly trial: boolean; readonly digest?: string };
}

/** Where the boards' story stands now. */
export function markBoots(stage: Stage): number {
  return readEvents(stage).length;
}

/** What the boot loaders of the boards did since: one line a board. */
export function bootsSince(stage: Stage, mark: number): string[] {
  const events = readEvents(stage).slice(mark);
  return cast.boards.map((board) => {
    const boots = events.filter((event) => event.board === board && event.kind === 'booted');
    const story = boots.map(({ boot }) => {
      const image = boot?.digest === undefined ? 'nothing' : shortDigest(boot.digest);
      return `slot ${boot?.slot} ${image}${boot?.trial ? ' on trial' : ''}`;
    });
    return `${board}: ${story.length === 0 ? 'did not reboot' : `booted ${story.join(', then ')}`}`;
  });
}

/** The board program tells every event as a line of JSON; what else is in its log is for people. */
function readEvents(stage: Stage): BootEvent[] {
  const file = join(stage.folder, 'boards.log');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('{"board"')).map((line) => JSON.parse(line) as BootEvent);
}
