import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RootCredentials } from '#admin'
import type { Config } from '#config'
import { defineErrors } from '#kit'
import { readHolder, type Holder } from '#platform/folder'
import type { ServerModule } from './command.ts'

export const CliErrors = defineErrors('cli', {
  NoLake: {
    kind: 'notFound',
    remedy: "Start a server first with 'boathouse up', or name its folder with --data-dir.",
  },
  NotRunning: { kind: 'notFound', remedy: "Start the server with 'boathouse up'." },
  Refused: { kind: 'denied', remedy: 'The server says why; correct the call.' },
  BadUsage: { kind: 'invalid', remedy: 'See the help of the command.' },
})

/** The server that now serves this folder; undefined when none answers. */
export async function runningServer(config: Config): Promise<Holder | undefined> {
  const holder = await readHolder(config.dataDir)
  if (!holder?.endpoint) return undefined
  return (await isHealthy(holder.endpoint)) ? holder : undefined
}

/** Where clients reach it: the running server's endpoint, else what the options say. */
export function endpointOf(config: Config, holder: Holder | undefined): string {
  if (holder?.endpoint) return holder.endpoint
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return `${config.tlsCert ? 'https' : 'http'}://${host}:${config.port}`
}

/** The root key of the account that the options name, from the folder itself. */
export async function rootCredentials(
  config: Config,
  server: () => Promise<ServerModule>,
): Promise<RootCredentials> {
  if (!existsSync(join(config.dataDir, 'lake.db'))) {
    throw CliErrors.NoLake(
      `there is no lake in '${config.dataDir}': start one with 'boathouse up', or name its folder with --data-dir`,
    )
  }
  const { readRootCredentials } = await server()
  const found = await readRootCredentials(config)
  if (!found)
    throw CliErrors.NoLake(`there is no account ${config.accountId} in '${config.dataDir}'`)
  return found
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_boathouse/health`, {
      signal: AbortSignal.timeout(2000),
    })
    return answer.ok
  } catch {
    return false
  }
}
