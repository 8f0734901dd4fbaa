import { defaultConfig, type Config } from '#config'
import type { Clock } from '#kit'
import { createServer, type Server, type ServerOverrides } from '../../src/server.ts'

export const testCredentials = {
  accessKeyId: 'AKIATESTTESTTESTTEST',
  secretAccessKey: 'test/secret+of0the1root2of3the4lake5test',
}

/** What every SDK client takes to reach a lake under test. */
export interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly maxAttempts: number
}

export interface TestLake extends AsyncDisposable {
  readonly server: Server
  readonly endpoint: string
  readonly port: number
  readonly accountId: string
  /** As the root of the lake's account; `overrides` for another key, region or retry count. */
  client<T>(
    client: new (config: ClientConfig & Record<string, unknown>) => T,
    overrides?: Record<string, unknown>,
  ): T
  /** Adds an account and answers its root key. */
  addAccount(accountId: string): Promise<{ accessKeyId: string; secretAccessKey: string }>
  stop(): Promise<void>
}

/** A real server in this process, on a free port and a temporary folder that is removed at `stop`. */
export async function startLake(
  config: Partial<Config> = {},
  overrides: ServerOverrides = {},
): Promise<TestLake> {
  const server = await createServer(
    defaultConfig({
      ephemeral: true,
      port: 0,
      logLevel: 'error',
      accountId: '123456789012',
      rootAccessKeyId: testCredentials.accessKeyId,
      rootSecretAccessKey: testCredentials.secretAccessKey,
      ...config,
    }),
    overrides,
  )
  const clients: { destroy?: () => void }[] = []
  const stop = async () => {
    for (const client of clients) client.destroy?.()
    await server.close()
  }
  return {
    server,
    endpoint: server.endpoint,
    port: server.port,
    accountId: '123456789012',
    client: (Client, own = {}) => {
      const client = new Client({
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: testCredentials,
        maxAttempts: 1,
        forcePathStyle: true,
        ...own,
      })
      clients.push(client as { destroy?: () => void })
      if (overrides.clock) follow(client as SdkClient, overrides.clock)
      return client
    },
    addAccount: (accountId) => server.addAccount(accountId),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** What is needed here of a client of the SDK. */
interface SdkClient {
  readonly config: { systemClockOffset: number }
  readonly middlewareStack: {
    add(
      middleware: (next: (args: object) => unknown) => (args: object) => unknown,
      options: { readonly step: 'initialize' },
    ): void
  }
}

/** Signs by the clock of the server, which tests move: what is signed must not look old to it. */
function follow({ config, middlewareStack }: SdkClient, clock: Clock): void {
  middlewareStack.add(
    (next) => (args) => {
      config.systemClockOffset = clock.now() - Date.now()
      return next(args)
    },
    { step: 'initialize' },
  )
}
