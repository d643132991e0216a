import type { Command } from 'commander';
import { type Shell, wordsOf } from '../shell.ts';

/** `fettle completion`: words of the commands for bash, made from the commands themselves. */
export function addCompletionCommand(program: Command, shell: Shell): void {
  const command = program
    .command('completion')
    .description('print completion for bash: source <(fettle completion)')
    .action(() => {
      shell.command = wordsOf(command);
      shell.io.stdout.write(bashCompletion(program));
    });
}

/** One line a place in the tree: what may follow there. */
function bashCompletion(program: Command): string {
  const places: string[] = [];
  visit(program, [], places);
  return `_fettle() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="$path $word" ;; esac
  done
  local words=""
  case "$path" in
${places.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _fettle fettle
`;
}

function visit(command: Command, path: readonly string[], places: string[]): void {
  const options = command.options.map((option) => option.long ?? '').filter((long) => long !== '');
  const words = [...command.commands.map((child) => child.name()), ...options].join(' ');
  const here = path.map((word) => ` ${word}`).join('');
  // Arguments follow the words of a command: they do not change what may follow.
  places.push(`    "${here}"${command.commands.length === 0 ? '*' : ''}) words="${words}" ;;`);
  for (const child of command.commands) visit(child, [...path, child.name()], places);
}
