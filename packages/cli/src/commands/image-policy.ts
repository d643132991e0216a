import type { ImagePolicyView, ImageRuleView } from '@fettle/api';
import { readImageKey } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { keyIdOf } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { imageKeyOf } from '../image/image-key.ts';
import { shortDigest } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { addCommand, addNoun, collect, type Shell } from '../shell.ts';

interface PlaceOptions {
  readonly type?: readonly string[];
  readonly component?: string;
}

interface SetOptions extends PlaceOptions {
  readonly format: string;
  readonly key?: readonly string[];
  readonly optional?: boolean;
  readonly anyVersion?: boolean;
}

/** `fettle image policy`: what the images of a fleet have to be before a release is published. */
export function addImagePolicyCommands(image: Command, shell: Shell): void {
  const policy = addNoun(image, 'policy', 'what images have to be before a release of the fleet is published');
  addCommand<SetOptions>(policy, shell, {
    usage: 'set',
    summary: 'demand a format and keys for one component; the rule for it before is replaced',
    options: (command) =>
      command
        .requiredOption('--type <type>', 'device type; several times for several', collect)
        .requiredOption('--component <component>', 'part of the device, e.g. firmware')
        .requiredOption('--format <format>', 'mcuboot, esp32 or fit')
        .requiredOption('--key <key>', 'public key that may have signed it; several times for several', collect)
        .option(
          '--optional',
          'images may be unsigned or of another format; what is signed has to be right all the same',
        )
        .option('--any-version', 'the version that an image states may differ from that of the release'),
    run: setRule,
  });
  addCommand(policy, shell, {
    usage: 'show',
    summary: 'show what is demanded',
    run: async (context) => {
      const found = await (await context.client()).getImagePolicy({ fleet: await context.fleet() });
      context.say(found, (style) => policyTable(found, style));
      return undefined;
    },
  });
  addCommand<PlaceOptions>(policy, shell, {
    usage: 'clear',
    summary: 'demand nothing any more: of one component, or of any',
    options: (command) =>
      command
        .option('--type <type>', 'only of this device type; several times for several', collect)
        .option('--component <component>', 'only of this component'),
    run: clearRules,
  });
}

async function setRule(context: Context, options: SetOptions): Promise<undefined> {
  const { type = [], component = '', format, key = [] } = options;
  const keys = await Promise.all(key.map(async (one) => pemOf(await imageKeyOf(one, context.io))));
  const rules = type.map((deviceType): ImageRuleView => {
    const required = options.optional !== true;
    return { component, deviceType, format, keys, required, sameVersion: options.anyVersion !== true };
  });
  const others = (rule: ImageRuleView) => rule.component !== component || !type.includes(rule.deviceType);
  await replace(context, (known) => [...known.filter(others), ...rules]);
  return undefined;
}

async function clearRules(context: Context, { type, component }: PlaceOptions): Promise<undefined> {
  const isMeant = (rule: ImageRuleView) =>
    (type === undefined || type.includes(rule.deviceType)) && (component === undefined || rule.component === component);
  await replace(context, (known) => {
    if (known.some(isMeant)) return known.filter((rule) => !isMeant(rule));
    throw new FettleError('not-found', 'Expected a rule of the image policy to take away, found none.', {
      details: { next: 'fettle image policy show' },
    });
  });
  return undefined;
}

async function replace(
  context: Context,
  change: (rules: readonly ImageRuleView[]) => readonly ImageRuleView[],
): Promise<void> {
  const [client, fleet] = [await context.client(), await context.fleet()];
  const { rules } = await client.getImagePolicy({ fleet });
  const changed = await client.setImagePolicy({ fleet, rules: [...change(rules)] });
  context.say(changed, (style) => policyTable(changed, style));
}

function policyTable({ rules }: ImagePolicyView, style: Style): string {
  if (rules.length === 0) {
    return 'nothing is demanded of images\nrun:   fettle image policy set --type T --component C --format F --key PEM';
  }
  const rows = rules.map((rule) => [
    rule.deviceType,
    rule.component,
    rule.format,
    rule.required ? style.strong('required') : 'optional',
    rule.sameVersion ? 'that of the release' : 'any',
    rule.keys.map((pem) => shortDigest(keyIdOf(readImageKey(pem)))).join(', '),
  ]);
  return table(['device type', 'component', 'format', 'signature', 'version', 'keys'], rows);
}

function pemOf(key: ReturnType<typeof readImageKey>): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}
