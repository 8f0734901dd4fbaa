import { loadConfig, optionsHelp, version, type Loaded } from '#config'
import { isLakeError } from '#kit'
import type { Command, ServerModule, Terminal } from './command.ts'
import { accounts } from './commands/accounts.ts'
import { env } from './commands/env.ts'
import { fsck } from './commands/fsck.ts'
import { moveObjects } from './commands/move-objects.ts'
import { reset } from './commands/reset.ts'
import { status } from './commands/status.ts'
import { tables } from './commands/tables.ts'
import { up } from './commands/up.ts'
import { usage } from './commands/usage.ts'
import { zones } from './commands/zones.ts'

const commands: readonly Command[] = [
  up,
  env,
  status,
  accounts,
  usage,
  zones,
  tables,
  fsck,
  moveObjects,
  reset,
]

/** Runs the command line and answers the exit status: 0 done, 1 failed, 2 a mistake in the call. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  server: () => Promise<ServerModule>,
): Promise<number> {
  const [word, ...rest] = argv
  if (word === undefined || word === 'help' || word === '--help' || word === '-h') {
    const named = commands.find((command) => command.name === rest[0])
    terminal.out(named ? commandHelp(named) : overview())
    return 0
  }
  if (word === '--version' || word === 'version') {
    terminal.out(`${version}\n`)
    return 0
  }
  const command = commands.find((candidate) => candidate.name === word)
  if (!command) {
    terminal.err(`boathouse: there is no command '${word}'. 'boathouse --help' lists them.\n`)
    return 2
  }
  let loaded: Loaded
  try {
    loaded = loadConfig(rest, undefined, command.options)
  } catch (error) {
    terminal.err(`boathouse ${word}: ${(error as Error).message}\n`)
    return 2
  }
  if (loaded.help) {
    terminal.out(commandHelp(command))
    return 0
  }
  try {
    return await command.run({ config: loaded.config, words: loaded.positionals, terminal, server })
  } catch (error) {
    if (!isLakeError(error)) throw error
    terminal.err(`boathouse ${word}: ${error.message}\n`)
    return 1
  }
}

function overview(): string {
  const lines = commands.map((command) => `  ${command.name.padEnd(12)} ${command.meaning}`)
  return `Boathouse ${version}: a data lakehouse that speaks the AWS wire.

Usage: boathouse <command> [options]

${lines.join('\n')}
  ${'help'.padEnd(12)} Explain a command: boathouse help up

Every option can also be set by a variable: --data-dir by BOATHOUSE_DATA_DIR, and so on.
`
}

function commandHelp(command: Command): string {
  const more = command.more ? `\n${command.more}\n` : ''
  return `Usage: boathouse ${command.name}${command.usage ? ` ${command.usage}` : ''} [options]

${command.meaning}
${more}
Options:
${optionsHelp(command.options)}
`
}
