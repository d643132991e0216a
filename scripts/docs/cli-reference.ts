import { buildProgram } from '../../packages/cli/src/program.ts';
import type { Shell } from '../../packages/cli/src/shell.ts';

type Command = ReturnType<typeof buildProgram>;
type Option = Command['options'][number];
type Argument = Command['registeredArguments'][number];

const begin = '<!-- Made by `node scripts/docs/write-cli-reference.ts` from packages/cli/src/program.ts. -->';
const end = '<!-- End of what is made. -->';

/** The tree of commands as the program has it. Nothing in it runs. */
export function programTree(): Command {
  const silent = { write: () => true };
  const io = { stdout: silent, stderr: silent, env: {}, signal: new AbortController().signal };
  const run: Shell['run'] = () => Promise.reject(new Error('only the tree is looked at'));
  return buildProgram({ io, exit: 0, command: [], run }, []);
}

/** Commands that do something, by their words: `release publish`. */
export function leavesOf(command: Command, words: readonly string[] = []): Map<string, Command> {
  const children = command.commands.filter((child) => child.name() !== 'help');
  if (children.length === 0) return new Map([[words.join(' '), command]]);
  return new Map(children.flatMap((child) => [...leavesOf(child, [...words, child.name()])]));
}

/** Options of a command beside those that all of them have. */
export function ownOptions(program: Command, command: Command): readonly Option[] {
  const shared = new Map(program.options.map((option) => [option.long, option.description]));
  return command.options.filter((option) => !option.hidden && shared.get(option.long) !== option.description);
}

/** The page with its made part as the program is now. */
export function withReference(page: string): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`Expected ${begin} and ${end} in docs/cli.md.`);
  return `${before}${begin}\n\n${referenceOf(programTree())}\n${end}${after}`;
}

function referenceOf(program: Command): string {
  const byNoun = Map.groupBy(leavesOf(program), ([words]) => words.split(' ', 1)[0] ?? '');
  const sections = [...byNoun].map(([noun, leaves]) => {
    const commands = leaves.map(([words, command]) => commandText(program, words, command));
    return `### \`fettle ${noun}\`\n\n${commands.join('\n')}`;
  });
  return sections.join('\n');
}

function commandText(program: Command, words: string, command: Command): string {
  const usage = ['fettle', words, ...command.registeredArguments.map(argumentText)].join(' ');
  const rows = ownOptions(program, command).map((option) => `| \`${option.flags}\` | ${optionText(option)} |\n`);
  const table = rows.length === 0 ? '' : `\n| option | |\n|---|---|\n${rows.join('')}`;
  return `**\`${usage}\`**: ${plain(command.description())}.\n${table}`;
}

function argumentText(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({ description, mandatory, defaultValue, defaultValueDescription, argChoices }: Option): string {
  const shown = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(argChoices ? [`one of ${argChoices.join(', ')}`] : []),
    ...(shown === undefined || String(shown) === '' ? [] : [`default: ${shown}`]),
  ];
  return plain(notes.length === 0 ? description : `${description} (${notes.join('; ')})`);
}

/** What stands in angles would be taken for HTML, and a bar for the end of a cell. */
function plain(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('|', '\\|').replace(/\.$/, '');
}
