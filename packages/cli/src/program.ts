import { fettleVersion } from '@fettle/model';
import { Command } from 'commander';
import { addAffectedCommand } from './commands/affected.ts';
import { addApproveCommands } from './commands/approve.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDatabaseCommands } from './commands/database.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDeviceCommands } from './commands/device.ts';
import { addDossierCommand, addDossierCommands } from './commands/dossier.ts';
import { addDrillCommands } from './commands/drill.ts';
import { addFleetCommands } from './commands/fleet.ts';
import { addImageCommands } from './commands/image.ts';
import { addKeyCommands } from './commands/key.ts';
import { addKeysCommands } from './commands/keys.ts';
import { addLoginCommand } from './commands/login.ts';
import { addPersonCommands } from './commands/person.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addProgramCommands } from './commands/programs.ts';
import { addPublisherCommands } from './commands/publisher.ts';
import { addReleaseCommands } from './commands/release.ts';
import { addRolloutCommands } from './commands/rollout.ts';
import { addRootCommands } from './commands/root.ts';
import { addTokenCommands } from './commands/token.ts';
import { addVexCommands } from './commands/vex.ts';
import { addVulndbCommands } from './commands/vulndb.ts';
import { addWaiverCommands } from './commands/waiver.ts';
import { addWhyCommand } from './commands/why.ts';
import { addSharedOptions, type Shell } from './shell.ts';

/**
 * The whole command line, in the order of a first day.
 * @param complaints takes what the parser has to say against the arguments
 */
export function buildProgram(shell: Shell, complaints: string[]): Command {
  const program = new Command('fettle');
  program
    .description('Takes firmware from a file to every device in the field: signed, staged, proven, able to come back.')
    .version(fettleVersion)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => shell.io.stdout.write(text), writeErr: (text) => complaints.push(text) })
    .helpCommand(false)
    .addHelpText('after', '\nStart here: fettle demo');
  addSharedOptions(program);
  addProgramCommands(program, shell);
  addLoginCommand(program, shell);
  addFleetCommands(program, shell);
  addKeyCommands(program, shell);
  addRootCommands(program, shell);
  addKeysCommands(program, shell);
  addImageCommands(program, shell);
  addPublisherCommands(program, shell);
  addTokenCommands(program, shell);
  addCheckCommand(program, shell);
  addPolicyCommands(program, shell);
  const release = addReleaseCommands(program, shell);
  addApproveCommands(release, shell);
  addDossierCommand(release, shell);
  addWaiverCommands(program, shell);
  addVexCommands(program, shell);
  addRolloutCommands(program, shell);
  addDeviceCommands(program, shell);
  addWhyCommand(program, shell);
  addVulndbCommands(program, shell);
  addAffectedCommand(program, shell);
  addPersonCommands(program, shell);
  addAuditCommands(program, shell);
  addDossierCommands(program, shell);
  addDrillCommands(program, shell);
  addDatabaseCommands(program, shell);
  addDemoCommand(program, shell);
  addCompletionCommand(program, shell);
  return program;
}
