import { callAdmin } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { CliErrors, rootCredentials, runningServer } from '../lake-address.ts'

export const reset: Command = {
  name: 'reset',
  usage: '',
  meaning: 'Empty a server that was started with --ephemeral: everything, at once.',
  more: 'The server names its temporary folder in its ready line: give it with --data-dir.',
  options: ['dataDir', 'accountId'],
  run: async ({ config, terminal, server }) => {
    const credentials = await rootCredentials(config, server)
    const running = await runningServer(config)
    if (!running)
      throw CliErrors.NotRunning("the server is not running: start it with 'boathouse up'")
    await callAdmin(running.endpoint!, credentials, { method: 'POST', path: 'reset' })
    terminal.out('empty\n')
    return 0
  },
}
