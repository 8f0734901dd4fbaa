import { readHolder } from '#platform/folder'
import type { Command } from '../command.ts'
import { runningServer } from '../lake-address.ts'

export const status: Command = {
  name: 'status',
  usage: '',
  meaning:
    'Say whether the server of a data folder runs, and where; exit status 1 when it does not.',
  options: ['dataDir'],
  run: async ({ config, terminal }) => {
    const running = await runningServer(config)
    if (running) {
      const since = new Date(running.startedAtMs).toISOString()
      terminal.out(`running at ${running.endpoint} (process ${running.pid}, since ${since})\n`)
      return 0
    }
    const holder = await readHolder(config.dataDir)
    terminal.out(
      holder
        ? `not answering (process ${holder.pid} held ${config.dataDir} last)\n`
        : `not running (nothing holds ${config.dataDir})\n`,
    )
    return 1
  },
}
