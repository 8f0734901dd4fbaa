import type { OptionName } from '#config'
import { options } from '#config'
import type { Command } from '../command.ts'
import { stopWithin } from '../stop-within.ts'

/** How long what is under way, and closing after it, may take. */
const stopMsMax = 20_000
/** A server whose event loop stands for so long serves nobody, and hears no signal: whoever watches over it starts another. */
const endStuckMs = 5 * 60_000

/** Serves until it is told to stop; the ready line on stdout is for people and programs that wait. */
export const up: Command = {
  name: 'up',
  usage: '',
  meaning: 'Start the server in the foreground; Ctrl-C stops it after what is under way is done.',
  more: `The line 'boathouse ready at <endpoint>' on stdout says that it answers.
Then, in another shell:  eval "$(npx boathouse env)"`,
  options: (Object.keys(options) as OptionName[]).filter(
    (name) => !['repair', 'inBucket', 'kmsKey'].includes(name),
  ),
  run: async ({ config, terminal, server: load }) => {
    const { createServer } = await load()
    const server = await createServer(config, { endStuckMs })
    terminal.out(
      `boathouse ready at ${server.endpoint} (account ${config.accountId}, data in ${server.dataFolder})\n`,
    )
    await untilSignal()
    terminal.err('stopping: finishing what is under way\n')
    return stopWithin(stopMsMax, server, terminal)
  },
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process as usual. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
