#!/usr/bin/env node
import { CommanderError } from 'commander';
import { fail } from './failure.ts';
import { createProgram } from './program.ts';

// A reader like `head` has what it wants and has gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else fail(error);
}
