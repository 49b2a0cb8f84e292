import { Command } from 'commander';
import { version } from '../version.ts';
import { addAgentCommand } from './agent.ts';
import { addAgentsCommand } from './agents.ts';
import { addAuditCommand } from './audit.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addMigrateCommand } from './migrate.ts';
import { addServeCommand } from './serve.ts';
import { addSimulateCommand } from './simulate.ts';
import { addTokensCommand } from './tokens.ts';
import { addWatchCommand } from './watch.ts';

export function createProgram(): Command {
  const program = new Command('tidegate')
    .description('A gateway between fleets of long-lived agents and the browsers that watch them')
    .version(version)
    .showHelpAfterError('(add --help for what is allowed)')
    .exitOverride();
  addServeCommand(program);
  addDemoCommand(program);
  addAgentsCommand(program);
  addTokensCommand(program);
  addWatchCommand(program);
  addAuditCommand(program);
  addAgentCommand(program);
  addSimulateCommand(program);
  addMigrateCommand(program);
  addConfigCommand(program);
  addDoctorCommand(program);
  return program;
}
