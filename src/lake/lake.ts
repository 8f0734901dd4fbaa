/**
 * Everything of a lake but its network door: the database, the modules of each layer, and the services bound to them. Part of the
 * composition root, with server.ts; each file beside this one opens what one layer has.
 */
import { join } from 'node:path'
import { catalogPolicySource } from '#catalog/api/glue'
import type { IcebergRestContext } from '#catalog/api/iceberg-rest'
import { createSchemaRegistry } from '#catalog/schemas'
import { tableArns } from '#catalog/metastore'
import { isIcebergTable, metadataLocationOf, parseLocation } from '#catalog/tables'
import { createStatisticsRuns, createStatisticsSettings } from '#catalog/statistics'
import type { Config } from '#config'
import { workGroupResources } from '#consumption/api/athena'
import { createQueries } from '#consumption/queries'
import { keyResources, type ResourceResolver } from '#governance/api/access'
import type { Identity, ResourcePolicySource } from '#governance/identity'
import { streamResources } from '#ingestion/api/kinesis'
import type { Clock, Logger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createEventBus } from '#platform/events'
import { diskRoom, type DataFolder } from '#platform/folder'
import { createBackground } from '#platform/jobs'
import type { CodeLinks } from '#processing/api/lambda'
import { createDuckdbEngine } from '#processing/engine'
import type { Functions } from '#processing/functions'
import type { BoundService } from '#protocol/aws'
import type { RestFront, TokenSealer } from '#protocol/iceberg-rest'
import { deliverObjectEvents, objectArn, type BucketUsage } from '#storage/objects'
import { openCatalog } from './catalog.ts'
import { openDelivery } from './delivering.ts'
import { resultKeys } from './result-keys.ts'
import type { Foundations, LakeProbes } from './foundations.ts'
import { functionsOfBuckets, openFunctions } from './functions.ts'
import { openGovernance } from './governance.ts'
import { Openings } from './openings.ts'
import { databaseFile, migrations } from './migrations.ts'
import { openRoles } from './roles.ts'
import { bindIcebergRest, bindServices } from './services.ts'
import { openStorage } from './storage.ts'
import { openStreaming } from './streaming.ts'
import { keepUp } from './upkeep.ts'

const mib = 1024 * 1024
const watchLimits = { everyMs: 1_000, stuckMsMax: 30_000 }

export interface Lake {
  readonly identity: Identity
  /** By service: what calls work on, where their input does not tell. */
  readonly resolvers: Readonly<Record<string, ResourceResolver>>
  /** By service: the policies that stand at its resources. */
  readonly policySources: Readonly<Record<string, ResourcePolicySource>>
  readonly services: readonly BoundService[]
  readonly icebergRest: RestFront<IcebergRestContext>
  /** What the buckets of an account hold. */
  usage(accountId: string): Promise<readonly BucketUsage[]>
  /** Seals the bearer tokens of the Iceberg REST catalog. */
  readonly sealer: TokenSealer
  /** Where the code of functions can be fetched. */
  readonly codeLinks: CodeLinks
  readonly functions: Functions
  /** What is being closed, and the background work that goes on: why `close` has not resolved. */
  underWay(): readonly string[]
  /** Stops background work, then closes what is open, the last opened first. */
  close(): Promise<void>
}

export interface LakeOptions extends LakeProbes {
  readonly config: Config
  readonly folder: DataFolder
  readonly clock: Clock
  readonly log: Logger
  /** Where the server can be reached from this machine, once it listens. */
  readonly address: Promise<string>
  /** See `WatchLimits.endMsMax`. */
  readonly endStuckMs?: number | undefined
}

export async function openLake(options: LakeOptions): Promise<Lake> {
  const { config, folder, clock, log } = options
  await using opened = new Openings()
  const database = opened.use(
    'database',
    await openSqliteDatabase({
      path: join(folder.path, databaseFile),
      migrations,
      log: log.child({ part: 'database' }),
      watch: { ...watchLimits, endMsMax: options.endStuckMs },
    }),
  )
  const hasRoom = diskRoom(folder.path, config.diskReserveMib * mib)
  const base: Foundations = { config, folder, clock, log, database, opened, hasRoom }

  const governance = await openGovernance(base)
  const storage = await openStorage(base, governance)
  const streaming = await openStreaming(base, governance)
  const engine = opened.use(
    'engine',
    createDuckdbEngine({
      folder: await folder.folder('engine'),
      processes: config.engineProcesses,
      memoryBytesMax: config.engineMemoryMib * mib,
      spillBytesMax: config.engineSpillMib * mib,
      log: log.child({ part: 'engine' }),
    }),
  )
  const background = opened.use(
    'background work',
    createBackground(log.child({ part: 'background' })),
  )
  const flushMetrics = keepUp(background, governance, storage, streaming, clock)

  const roles = openRoles(governance, storage, streaming, clock)
  const { functions, codeLinks } = await openFunctions(base, {
    governance,
    storage,
    streaming,
    roles,
    background,
    address: options.address,
  })
  const catalog = openCatalog(base, governance, storage, roles, engine, background)
  roles.policySources['glue'] = catalogPolicySource(catalog.metastore)
  const { delivery, channels, seal } = await openDelivery(base, {
    governance,
    storage,
    streaming,
    catalog,
    roles,
    functions,
    engine,
    background,
    probes: options,
  })
  const queries = opened.use(
    'queries',
    await createQueries({
      database,
      metastore: catalog.metastore,
      tables: catalog.tables,
      manifests: catalog.manifests,
      maintenance: catalog.maintenanceParts,
      objects: storage.objects,
      engine,
      tails: options.wrapTails?.(delivery.tails) ?? delivery.tails,
      measure: governance.measure,
      clock,
      log: log.child({ part: 'queries' }),
      resultMetadata: config.resultMetadata,
      managedResults: {
        folder: await folder.folder('results'),
        keys: resultKeys(governance),
        hasRoom,
      },
      ...(options.onHotCut ? { onCut: options.onHotCut } : {}),
    }),
  )
  background.every('query history', 3_600_000, (signal) => queries.forgetOld(signal))
  const statistics = createStatisticsRuns({
    database,
    metastore: catalog.metastore,
    summarize: queries.summarize,
    writeOwn: async ({ ref, record }, columns, signal, require) => {
      if (!isIcebergTable(record)) return
      for (const arn of tableArns(ref)) await require('glue:UpdateTable', arn)
      const { bucket, key } = parseLocation(metadataLocationOf(record)!)
      await require('s3:PutObject', objectArn(bucket, key.replace(/[^/]*$/, '*')))
      await catalog.procedures(ref, { kind: 'compute_table_stats', columns }, signal)
    },
    roleRights: catalog.roleRights,
    clock,
    log: log.child({ part: 'statistics' }),
    background,
  })
  const statisticsSettings = createStatisticsSettings({
    database,
    metastore: catalog.metastore,
    runs: statistics,
    clock,
    log: log.child({ part: 'statistics' }),
    background,
  })

  const events = opened.use(
    'events',
    createEventBus({ database, clock, log: log.child({ part: 'events' }) }),
  )
  const ownerId = async (accountId: string) =>
    (await governance.identity.account(accountId))?.canonicalUserId ?? ''
  const bucketFunctions = options.bucketFunctions ?? functionsOfBuckets(functions, log)
  deliverObjectEvents({ events, functions: bucketFunctions, ownerId })

  const services = bindServices({
    governance,
    flushMetrics,
    storage,
    bucketFunctions,
    ownerId,
    streaming,
    delivery,
    channels,
    quotas: config.awsQuotas,
    seal,
    catalog,
    schemas: createSchemaRegistry({ database, clock }),
    statistics,
    statisticsSettings,
    queries,
    functions,
    codeLinks,
    clock,
  })
  const closing = opened.move()
  return {
    identity: governance.identity,
    resolvers: {
      kms: keyResources(governance.keys),
      kinesis: streamResources(streaming.streams),
      athena: workGroupResources(queries),
    },
    policySources: roles.policySources,
    services,
    icebergRest: bindIcebergRest(base, governance, storage, catalog),
    sealer: governance.sealer,
    usage: (accountId) => storage.objects.usage(accountId),
    codeLinks,
    functions,
    underWay: () => [...(closing.closing ? [closing.closing] : []), ...background.underWay()],
    close: () => closing[Symbol.asyncDispose](),
  }
}
