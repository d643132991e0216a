import { deviceIdPattern, limits, namePattern, versionPattern } from '@fettle/model';
import { native } from '@fettle/protocol';
import { type Static, Type } from 'typebox';
import { attributeShares } from './readiness.ts';

const exact = { additionalProperties: false } as const;
const group = { ...exact, default: {} } as const;
const name = (description: string) => Type.String({ pattern: namePattern, description });
const variable = (description: string) => Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$', description });
const path = (description: string, byDefault?: string) =>
  Type.String({ minLength: 1, maxLength: 4_096, description, ...(byDefault ? { default: byDefault } : {}) });
const optionalText = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 4_096 }), Type.Null()], { default: null, description });
const attributeText = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: limits.attributeValueLength }), Type.Null()], {
    default: null,
    description,
  });
const seconds = (description: string, byDefault: number, maximum = 31_536_000) =>
  Type.Number({ minimum: 0.01, maximum, default: byDefault, description: `${description} Seconds.` });
const count = (description: string, byDefault: number, minimum = 1, maximum = 1_000_000_000_000) =>
  Type.Integer({ minimum, maximum, default: byDefault, description });
const command = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 4_096 }), { minItems: 1, maxItems: 64, description });

const slotNames = (description: string) => Type.Object({ a: path(description), b: path(description) }, exact);

const countedNamesSchema = Type.Object(
  {
    slotVariable: variable('Variable that names the slot to start.'),
    slotValues: slotNames('Value of the slot variable for this slot.'),
    hexVariable: Type.Optional(variable('Second variable with the value in hexadecimal.')),
    trialVariable: variable('Variable that is 1 while a slot is on trial.'),
    countVariable: variable('Variable that counts boots of a trial.'),
    limitVariable: Type.Optional(variable('Variable with the highest count; absent: compiled into the boot script.')),
    markerVariable: variable('Variable that names the trial.'),
  },
  exact,
);
const profileNames = ['fettle', 'rauc', 'mender'] as const;
const profile = Type.Union([Type.Enum([...profileNames]), countedNamesSchema], {
  default: 'fettle',
  description: 'Names of the variables: `fettle`, `rauc`, `mender` or an object with names of your own.',
});
const bootLimit = Type.Integer({
  minimum: 1,
  // One digit: U-Boot's scripts count in hexadecimal, everybody else in decimal.
  maximum: 9,
  default: 3,
  description: 'Boots of a new slot before the boot loader falls back, 1 to 9.',
});

/** Each boot driver has its own settings, so that a wrong one is named and not lost in a union. */
export const bootSchemas = {
  uboot: Type.Object(
    {
      driver: Type.Literal('uboot'),
      configFile: path('`fw_env.config` of the U-Boot environment.'),
      profile,
      bootLimit,
    },
    exact,
  ),
  'plain-file': Type.Object(
    { driver: Type.Literal('plain-file'), file: path('JSON file with the boot variables.'), profile, bootLimit },
    exact,
  ),
} as const;

/** Apart, as defaults do not reach into a record by themselves. */
export const componentSchema = Type.Object(
  {
    slots: slotNames('File or block device of this slot.'),
    slotSizeBytes: Type.Union([Type.Integer({ minimum: 1, maximum: limits.artifactBytes }), Type.Null()], {
      default: null,
      description: 'Room in a slot that is a file; null: the size the file has.',
    }),
    nativeKeyFiles: Type.Array(path('Public key (PEM).'), {
      maxItems: limits.keysPerFleet,
      default: [],
      description: 'Keys that a native signature of the image may be from.',
    }),
  },
  exact,
);

const checkSchema = Type.Object(
  {
    name: name('Short name for reports.'),
    command: command('Program and arguments, no shell; exit code 0 is healthy.'),
    timeoutSeconds: seconds('Then the process group is killed and the check has failed.', 60, 86_400),
  },
  exact,
);

const rootFiles = Type.Object(
  { image: path('Root of the image repository.'), director: path('Root of the director.') },
  exact,
);
const instantPattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$';

/** The whole configuration: shape, defaults, units and a sentence for each key. */
export const configSchema = Type.Object(
  {
    server: Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2_048, description: 'URL of the server.' }),
    caFile: optionalText('PEM file with the certificates to trust for HTTPS; null: those that Node trusts.'),
    tenant: Type.String({ pattern: namePattern, default: native.defaultTenant, description: 'Tenant.' }),
    fleet: name('Fleet; a release for another one is refused.'),
    device: Type.String({ pattern: deviceIdPattern, description: 'Id of this device.' }),
    deviceType: name('What hardware this is; only artifacts for it are installed.'),
    hardwareRevision: attributeText('Revision of the hardware, as releases name it.'),
    site: attributeText('Where the device stands.'),
    timeZone: attributeText('IANA zone of that place, for maintenance windows.'),
    pair: attributeText('Devices that share it must never be down together.'),
    stateDir: path('Folder of the journal; on storage that survives an update.', 'state'),
    keyFile: path("The device's Ed25519 key (PKCS#8 PEM); made with mode 0600 when missing.", 'device.key'),
    claimToken: optionalText('Token that lets the server accept this device at once.'),
    claimTokenFile: optionalText('File with the claim token.'),
    trust: Type.Object(
      {
        roots: Type.Union([rootFiles, Type.Null()], {
          default: null,
          description: 'Root files that the device is provisioned with: then both repositories have to agree.',
        }),
        pinOnFirstUse: Type.Boolean({
          default: false,
          description: 'Trust the roots that the first contact brings; only where none can be provisioned.',
        }),
        timeFloor: Type.Union([Type.String({ pattern: instantPattern }), Type.Null()], {
          default: null,
          description: 'No time before this is believed, e.g. when the image was built: `2026-06-01T00:00:00Z`.',
        }),
        keyFiles: Type.Array(path('Public key (PEM).'), { maxItems: limits.keysPerFleet, default: [] }),
        threshold: count('How many different keys must have signed a release.', 1, 1, limits.keysPerFleet),
      },
      exact,
    ),
    components: Type.Record(Type.String({ pattern: namePattern }), componentSchema, {
      ...exact,
      minProperties: 1,
      maxProperties: limits.componentsPerDevice,
    }),
    boot: Type.Unknown({ description: 'Boot driver and its settings.' }),
    bootedSlot: Type.Object(
      {
        file: path('File that tells which slot booted.', '/proc/cmdline'),
        argument: path('Word in it: `ARGUMENT=a` or `ARGUMENT=b`.', 'fettle.slot'),
      },
      group,
    ),
    bootId: Type.Object(
      { file: path('File whose contents change with every boot.', '/proc/sys/kernel/random/boot_id') },
      group,
    ),
    reboot: Type.Object(
      {
        command: Type.Array(Type.String({ minLength: 1, maxLength: 4_096 }), {
          minItems: 1,
          maxItems: 64,
          default: ['/sbin/reboot'],
          description: 'Program that reboots the device.',
        }),
        timeoutSeconds: seconds('Wait this long for the reboot before the next try.', 300, 86_400),
      },
      group,
    ),
    health: Type.Object(
      {
        checks: Type.Array(checkSchema, { maxItems: 32, default: [], description: 'Programs that judge a new slot.' }),
        server: Type.Object(
          {
            mode: Type.Enum(['off', 'report', 'require'], {
              default: 'report',
              description: 'Whether the server must be reachable: only `require` can fail a new slot.',
            }),
            alternatives: Type.Array(Type.String({ pattern: '^[^\\s:]{1,253}:[0-9]{1,5}$' }), {
              maxItems: 16,
              default: [],
              description: '`host:port` that will do in place of the server.',
            }),
            timeoutSeconds: seconds('How long `require` waits for an answer.', 60, 86_400),
          },
          group,
        ),
      },
      group,
    ),
    readiness: Type.Object(
      {
        command: Type.Union([command('Program and arguments, no shell.'), Type.Null()], {
          default: null,
          description: 'Program that prints a flat JSON object of attributes, e.g. `{"in-use":false}`.',
        }),
        timeoutSeconds: seconds(
          'Then the process group is killed and the device does not know whether it is ready.',
          10,
          600,
        ),
        consentFile: optionalText('File with the release version that somebody agreed to, or `any`.'),
      },
      group,
    ),
    metrics: Type.Object(
      {
        command: Type.Union([command('Program and arguments, no shell.'), Type.Null()], {
          default: null,
          description: 'Program that prints a flat JSON object of numbers; run when the server asks for some.',
        }),
        timeoutSeconds: seconds('Then the process group is killed and no number is told.', 10, 600),
      },
      group,
    ),
    factory: Type.Object(
      {
        version: Type.String({ pattern: versionPattern, default: '0.0.0', description: 'Version before any update.' }),
        counter: count('Release counter before any update.', 0, 0, Number.MAX_SAFE_INTEGER),
      },
      group,
    ),
    attributes: Type.Record(
      Type.String({ pattern: `^[A-Za-z0-9._-]{1,${limits.attributeNameLength}}$` }),
      Type.Union([Type.String({ maxLength: limits.attributeValueLength }), Type.Number(), Type.Boolean()]),
      { ...exact, maxProperties: attributeShares.configured, default: {}, description: 'Told to the server.' },
    ),
    checkIn: Type.Object(
      {
        minSeconds: seconds('Never ask more often.', 1),
        maxSeconds: seconds('Never ask less often; also the cap of the back-off.', 86_400),
        startSpreadSeconds: Type.Number({
          minimum: 0,
          maximum: 3_600,
          default: 0,
          description: 'An idle device waits a random time up to this after its start. Seconds.',
        }),
      },
      group,
    ),
    downloads: Type.Object(
      {
        timeoutSeconds: seconds(
          'A transfer that brings nothing for this long is broken off and continued.',
          60,
          86_400,
        ),
        attempts: count('Failed transfers without progress before the deployment fails.', 5, 1, 1_000),
        syncBytes: count('Make the written part durable after this many bytes.', 4_194_304, 4_096),
      },
      group,
    ),
  },
  exact,
);

export type BootConfig = Static<(typeof bootSchemas)['uboot']> | Static<(typeof bootSchemas)['plain-file']>;
export type Config = Readonly<Omit<Static<typeof configSchema>, 'boot'>> & { readonly boot: BootConfig };
