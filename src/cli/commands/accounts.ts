import type { RootCredentials } from '#admin'
import { callAdmin } from '../admin-client.ts'
import type { Command } from '../command.ts'
import { CliErrors, rootCredentials, runningServer } from '../lake-address.ts'

export const accounts: Command = {
  name: 'accounts',
  usage: 'add <12 digits> | list',
  meaning: 'Add an account, with a root key of its own, to a running server, or list them.',
  more: "Accounts never see each other's resources. The secret of a new root key is printed once here, and again by\n'boathouse env --account-id <digits>'.",
  options: ['dataDir', 'accountId'],
  run: async ({ config, words, terminal, server }) => {
    const [verb, accountId] = words
    const wellFormed = verb === 'list' ? words.length === 1 : verb === 'add' && words.length === 2
    if (!wellFormed) {
      terminal.err("boathouse accounts: say 'accounts add <12 digits>' or 'accounts list'\n")
      return 2
    }
    if (verb === 'add' && !/^\d{12}$/.test(accountId!)) {
      terminal.err(`boathouse accounts: an account id has 12 digits, not '${accountId}'\n`)
      return 2
    }
    const credentials = await rootCredentials(config, server)
    const running = await runningServer(config)
    if (!running)
      throw CliErrors.NotRunning("the server is not running: start it with 'boathouse up'")
    if (verb === 'list') {
      const { accounts: ids } = await callAdmin<{ accounts: string[] }>(
        running.endpoint!,
        credentials,
        { method: 'GET', path: 'accounts' },
      )
      for (const id of ids) terminal.out(`${id}\n`)
      return 0
    }
    const added = await callAdmin<RootCredentials>(running.endpoint!, credentials, {
      method: 'POST',
      path: 'accounts',
      body: { accountId },
    })
    terminal.out(
      `account ${added.accountId}\naccess key ${added.accessKeyId}\nsecret key ${added.secretAccessKey}\n`,
    )
    return 0
  },
}
