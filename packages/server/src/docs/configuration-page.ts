import { type ConfigKey, configKeys, environmentName, flagName } from '../config-keys.ts';

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.entries(configKeys).map(([name, key]: [string, ConfigKey]) => {
    const cells = [
      code(name),
      code(environmentName(name)),
      code(flagName(name)),
      code(key.default),
      rangeOf(key),
      key.says,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `# Configuration of the server

<!-- Made by \`node packages/server/src/docs/write-pages.ts\`; change packages/server/src/config-keys.ts instead. -->

Settings come from four places; the later one wins: default, configuration file (\`--config FILE\` or \`FETTLE_CONFIG\`), environment, flags.
The file is JSON: \`{"http": {"port": 8450}}\` and \`{"http.port": 8450}\` mean the same. Unknown keys are errors everywhere.
\`fettle serve --print-config\` shows every value and where it comes from.

| key | environment | flag | default | value | what it does |
|---|---|---|---|---|---|
${rows.join('\n')}

Signals: SIGTERM and SIGINT stop gently (no new connections, requests under way finish, everything acknowledged is kept, exit code 0);
SIGHUP reads the TLS certificate and key again. Exit codes of the program: 0 stopped as asked, 1 could not start or failed, 2 wrong settings.

The limits that cannot be configured are in [limits.md](limits.md).
`;
}

function code(value: string | number | boolean): string {
  return value === '' ? '(empty)' : `\`${value}\``;
}

function rangeOf({ unit, least, most }: ConfigKey): string {
  return least === undefined ? unit : `${unit}, ${least} to ${most}`;
}
