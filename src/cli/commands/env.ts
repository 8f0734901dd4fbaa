import type { Command } from '../command.ts'
import { endpointOf, rootCredentials, runningServer } from '../lake-address.ts'

/** What a shell needs to point every AWS client at this server. */
export const env: Command = {
  name: 'env',
  usage: '',
  meaning: 'Print export lines for AWS clients: endpoint, keys, region.',
  more: `  eval "$(npx boathouse env)"
  aws s3 ls`,
  options: [
    'dataDir',
    'host',
    'port',
    'tlsCert',
    'tlsKey',
    'allowPlaintext',
    'accountId',
    'region',
  ],
  run: async ({ config, terminal, server }) => {
    const credentials = await rootCredentials(config, server)
    const holder = await runningServer(config)
    if (!holder)
      terminal.err("boathouse env: the server is not running; start it with 'boathouse up'\n")
    const values = {
      AWS_ENDPOINT_URL: endpointOf(config, holder),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: config.region,
      AWS_DEFAULT_REGION: config.region,
    }
    for (const [name, value] of Object.entries(values)) {
      terminal.out(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    }
    terminal.out('unset AWS_SESSION_TOKEN AWS_PROFILE\n')
    return 0
  },
}
