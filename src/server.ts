/**
 * The composition root: the only file that sees every layer. It makes each part by hand, gives it
 * what it needs, and takes all apart again in reverse order.
 */
import { readFile } from 'node:fs/promises'
import { createAdmin, isAdminPath, type RootCredentials } from '#admin'
import { version, type Config } from '#config'
import { authorizeThrough } from '#governance/api/access'
import { createLogger, systemClock, type Clock, type Logger } from '#kit'
import { openDataFolder, thisProcess, type DataFolder } from '#platform/folder'
import { createUrlDoor, isCodeLink, isFunctionUrl } from '#processing/api/lambda'
import { createGateway } from '#protocol/aws'
import { createSigV4Authenticator } from '#protocol/aws/sigv4'
import { createBearerTokens, createIcebergRest, isIcebergRequest } from '#protocol/iceberg-rest'
import { listen, type HttpLimits, type WireHandler, type WireResponse } from '#protocol/http'
import type { LakeProbes } from './lake/foundations.ts'
import { openLake, type Lake } from './lake/lake.ts'

export { checkObjects } from './lake/check-objects.ts'
export { moveObjects } from './lake/move-objects.ts'
export { readRootCredentials } from './lake/governance.ts'

/** What a test may put in the place of the real thing. */
export interface ServerOverrides extends LakeProbes {
  readonly clock?: Clock
  readonly log?: Logger
  readonly httpLimits?: Partial<HttpLimits>
  /** The process is ended when its event loop has not turned for so long. Default never. */
  readonly endStuckMs?: number
}

export interface Server extends AsyncDisposable {
  readonly endpoint: string
  readonly port: number
  /** The data folder's path. */
  readonly dataFolder: string
  addAccount(accountId: string): Promise<RootCredentials>
  /** Empties an ephemeral server: the same folder, account and root key, nothing else. */
  reset(): Promise<void>
  /** Requests, what is being closed, background work: why `close` has not resolved. */
  underWay(): readonly string[]
  /** Takes no more requests, finishes what is under way, and frees the folder. */
  close(): Promise<void>
}

/** Opens the data folder and serves it. Errors: `FolderInUse`, `FolderUnusable`, or why the address cannot be had. */
export async function createServer(
  config: Config,
  overrides: ServerOverrides = {},
): Promise<Server> {
  const log = overrides.log ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? systemClock
  const self = thisProcess(clock.now())
  const folder = await openDataFolder(config.ephemeral ? 'ephemeral' : config.dataDir, self)
  try {
    return await serve({ ...overrides, config, folder, log, clock })
  } catch (error) {
    await folder.close()
    throw error
  }
}

/** While the lake is being emptied: clients retry a 503. */
const unavailable: WireResponse = { status: 503, headers: { 'retry-after': '1' } }

interface Parts extends LakeProbes {
  readonly config: Config
  readonly folder: DataFolder
  readonly log: Logger
  readonly clock: Clock
  readonly httpLimits?: Partial<HttpLimits>
  readonly endStuckMs?: number
}

async function serve(parts: Parts): Promise<Server> {
  const { config, folder, log, clock } = parts
  const address = Promise.withResolvers<string>()
  // Nobody may be waiting for it when the address cannot be had.
  address.promise.catch(() => undefined)
  const open = async () => doorsOf(await openLake({ ...parts, address: address.promise }))
  const doorsOf = (lake: Lake) => {
    const authenticator = createSigV4Authenticator({
      credentials: lake.identity,
      clock,
      region: config.region,
    })
    const authorize = authorizeThrough(lake.identity, lake.resolvers, lake.policySources)
    const gateway = createGateway({
      services: lake.services,
      authenticate: authenticator,
      authorize,
      clock,
      log,
    })
    const iceberg = createIcebergRest({
      front: lake.icebergRest,
      authenticate: authenticator,
      tokens: createBearerTokens({ credentials: lake.identity, sealer: lake.sealer, clock }),
      authorize,
      region: config.region,
      log,
    })
    const { functions } = lake
    const functionUrls = createUrlDoor({
      functions,
      authenticate: authenticator,
      authorize,
      clock,
      log: log.child({ part: 'functions' }),
    })
    return { lake, authenticator, gateway, iceberg, functionUrls }
  }

  let current = await open()
  let ready = true
  const reset = async () => {
    ready = false
    await current.lake.close()
    await folder.empty()
    current = await open()
    ready = true
  }
  const admin = createAdmin({
    actions: {
      version,
      ready: () => ready,
      listAccounts: () => current.lake.identity.listAccounts(),
      addAccount: (accountId) => current.lake.identity.addAccount(accountId),
      usage: (accountId) => current.lake.usage(accountId),
      reset: folder.ephemeral ? reset : undefined,
    },
    authenticator: () => current.authenticator,
    log,
  })
  const handler: WireHandler = (request) => {
    if (isCodeLink(request.rawPath) && ready) return current.lake.codeLinks.handler(request)
    if (isFunctionUrl(request.rawPath) && ready) return current.functionUrls(request)
    if (isAdminPath(request.rawPath)) return admin(request)
    if (!ready) return Promise.resolve(unavailable)
    return isIcebergRequest(request) ? current.iceberg(request) : current.gateway(request)
  }

  const tls =
    config.tlsCert && config.tlsKey
      ? { cert: await readFile(config.tlsCert), key: await readFile(config.tlsKey) }
      : undefined
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls,
    handler,
    log,
    ...(parts.httpLimits ? { limits: parts.httpLimits } : {}),
  }).catch(async (error: unknown) => {
    address.reject(error)
    await current.lake.close()
    throw error
  })
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const endpoint = `${tls ? 'https' : 'http'}://${host}:${listener.port}`
  address.resolve(endpoint.replace('://0.0.0.0:', '://127.0.0.1:').replace('://[::]:', '://[::1]:'))
  await folder.announce({ ...thisProcess(clock.now()), endpoint })
  log.info({ endpoint, folder: folder.path }, 'ready')

  let closing: Promise<void> | undefined
  const close = () =>
    (closing ??= (async () => {
      ready = false
      await listener.close()
      await current.lake.close()
      await folder.close()
    })())
  return {
    endpoint,
    port: listener.port,
    dataFolder: folder.path,
    addAccount: (accountId) => current.lake.identity.addAccount(accountId),
    reset,
    underWay: () => [...listener.underWay(), ...current.lake.underWay()],
    close,
    [Symbol.asyncDispose]: close,
  }
}
