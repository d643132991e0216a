import type { ReleasePathView } from '@fettle/api';
import { deviceId } from '@fettle/model';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { type Style, safeText } from '../output/style.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';

/** `fettle device path`: which releases a device has to install to come to one. */
export function addPathCommand(device: Command, shell: Shell): void {
  addCommand(device, shell, {
    usage: 'path <device> <version>',
    summary: 'say which releases bring a device to a version by the fewest installs (exit code 8 when none do)',
    run: async (context, _, args) => {
      const version = textArgument(args, 1);
      const asked = { device: deviceId(textArgument(args, 0)), version };
      const path = await (await context.client()).pathOfDevice(asked);
      context.say(path, (style) => pathText(path, version, style));
      return path.ok ? undefined : exitCodes.badOutcome;
    },
  });
}

function pathText(path: ReleasePathView, version: string, style: Style): string {
  if (!path.ok) return `${style.bad(path.code)}: ${safeText(path.why)}`;
  if (path.steps.length === 0) return `it runs ${version} already`;
  return path.steps.map((step, index) => `${index + 1}. ${style.strong(step.version)} (${step.counter})`).join('\n');
}
