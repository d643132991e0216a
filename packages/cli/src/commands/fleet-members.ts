import { groupName } from '@fettle/model';
import type { Command } from 'commander';
import { withCaret } from '../output/caret.ts';
import { formatAge } from '../output/format.ts';
import { safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { parseDuration } from '../parse/duration.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, addNoun, type Shell, textArgument } from '../shell.ts';

/** `fettle fleet group`: selections of devices that rollouts go to. */
export function addGroupCommands(fleet: Command, shell: Shell): void {
  const group = addNoun(fleet, 'group', 'selections of devices that rollouts go to');
  addCommand<{ filter: string; allowUnknown?: boolean }>(group, shell, {
    usage: 'save <name>',
    summary: 'create or replace a group',
    options: (command) =>
      command
        .requiredOption('--filter <expression>', 'e.g. \'tag.site == "berlin" && type == "router"\'')
        .option('--allow-unknown', 'let it name attributes and tags that no device has had yet'),
    run: async (context, { filter, allowUnknown }, args) => {
      const input = {
        fleet: await context.fleet(),
        group: groupName(textArgument(args, 0)),
        filter,
        ...(allowUnknown === undefined ? {} : { allowUnknown }),
      };
      const client = await context.client();
      const saved = await withCaret('--filter', filter, () => client.saveGroup(input));
      context.say(saved, () => `group ${saved.name}: ${saved.filter || 'every device'}`);
      return undefined;
    },
  });
  addCommand(group, shell, {
    usage: 'list',
    summary: 'list groups; `all` exists in every fleet',
    run: async (context) => {
      const { items } = await (await context.client()).listGroups({ fleet: await context.fleet() });
      const rows = items.map((item) => [item.name, safeText(item.filter) || 'every device']);
      context.say(items, () => table(['group', 'filter'], rows));
      return undefined;
    },
  });
  addCommand(group, shell, {
    usage: 'delete <name>',
    summary: 'delete a group',
    run: async (context, _, args) => {
      const input = { fleet: await context.fleet(), group: groupName(textArgument(args, 0)) };
      await (await context.client()).deleteGroup(input);
      context.say(input, () => `group ${input.group} deleted`);
      return undefined;
    },
  });
}

interface ClaimTokenOptions {
  readonly name: string;
  readonly uses: string;
  readonly expires?: string;
}

/** `fettle fleet claim-token`: lets devices enrol that nobody has named before. */
export function addClaimTokenCommands(fleet: Command, shell: Shell): void {
  const token = addNoun(fleet, 'claim-token', 'lets devices enrol that nobody has registered before');
  addCommand<ClaimTokenOptions>(token, shell, {
    usage: 'create',
    summary: 'create a claim token; its text is shown this once',
    options: (command) =>
      command
        .option('--name <name>', 'what it is for', 'devices')
        .option('--uses <n>', 'how many devices may use it', '1')
        .option('--expires <duration>', 'how long it may be used, e.g. 30d (default: until revoked)'),
    run: async (context, { name, uses, expires }) => {
      const after = expires === undefined ? null : Date.now() + parseDuration(expires, '--expires');
      const made = await (await context.client()).createClaimToken({
        fleet: await context.fleet(),
        name,
        uses: wholeNumber(uses, '--uses'),
        expiresAt: after === null ? null : new Date(after).toISOString(),
      });
      context.say(made, () => made.token);
      context.note(`for ${made.record.usesLeft} device(s); shown this once, the server keeps only its hash`);
      return undefined;
    },
  });
  addCommand(token, shell, {
    usage: 'list',
    summary: 'list claim tokens, without their secrets',
    run: async (context) => {
      const { items } = await (await context.client()).listClaimTokens({ fleet: await context.fleet() });
      const now = Date.now();
      const rows = items.map((item) => [
        item.id,
        safeText(item.name),
        String(item.usesLeft),
        item.revokedAt ? 'revoked' : item.expiresAt ? formatAge(item.expiresAt, now) : 'until revoked',
      ]);
      context.say(items, () => table(['id', 'name', 'uses left', 'ends'], rows));
      return undefined;
    },
  });
  addCommand(token, shell, {
    usage: 'revoke <id>',
    summary: 'revoke a claim token; devices that used it stay',
    run: async (context, _, args) => {
      const input = { fleet: await context.fleet(), claimToken: textArgument(args, 0) };
      await (await context.client()).revokeClaimToken(input);
      context.say(input, () => `claim token ${input.claimToken} revoked`);
      return undefined;
    },
  });
}
