/**
 * Everything of a lake but its network door: the database, the modules of each layer, and the
 * services bound to them. Part of the composition root, with server.ts.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RootCredentials } from '#admin'
import { glue } from '#catalog/api/glue'
import { icebergRest, type IcebergRestContext } from '#catalog/api/iceberg-rest'
import { createCrawlers, migrations as crawlerMigrations } from '#catalog/crawlers'
import { createMetastore, migrations as catalogMigrations } from '#catalog/metastore'
import { createStatisticsRuns, migrations as statisticsMigrations } from '#catalog/statistics'
import {
  ManifestCache,
  createIcebergTables,
  createIcebergViews,
  createTableFiles,
  migrations as tableMigrations,
  purgeDropped,
} from '#catalog/tables'
import type { Config } from '#config'
import { athena, workGroupResources } from '#consumption/api/athena'
import { createQueries, migrations as queryMigrations } from '#consumption/queries'
import {
  keepServiceSessions,
  keyResources,
  openServiceSession,
  type ResourceResolver,
} from '#governance/api/access'
import { cloudwatch } from '#governance/api/cloudwatch'
import { iam } from '#governance/api/iam'
import { kms } from '#governance/api/kms'
import { logs } from '#governance/api/logs'
import { sts } from '#governance/api/sts'
import {
  createIdentity,
  migrations as identityMigrations,
  type Identity,
  type ResourcePolicySource,
} from '#governance/identity'
import {
  createKeys,
  createSealer,
  migrations as keyMigrations,
  openMasterKey,
} from '#governance/keys'
import {
  createLogStore,
  createMetricBuffer,
  createMetricStore,
  metricMigrations,
  migrations as logMigrations,
  single,
} from '#governance/monitoring'
import { firehose } from '#ingestion/api/firehose'
import {
  kinesis,
  kmsKeys,
  mayUseKey,
  streamPolicySource,
  streamResources,
} from '#ingestion/api/kinesis'
import {
  createDelivery,
  migrations as deliveryMigrations,
  type FlushStep,
} from '#ingestion/delivery'
import {
  LogKeys,
  createStreams,
  migrations as streamMigrations,
  openDiskStreamLog,
  sealedStreamLog,
} from '#ingestion/streams'
import { collect, systemClock, type Clock, type Logger } from '#kit'
import { openSqliteDatabase, readSqliteDatabase, type Migration } from '#platform/database'
import { diskRoom, type DataFolder } from '#platform/folder'
import type { Measure } from '#platform/telemetry'
import { createEventBus, migrations as eventMigrations } from '#platform/events'
import { createBackground } from '#platform/jobs'
import {
  callForDelivery,
  callLater,
  createCodeLinks,
  functionPolicySource,
  lambda,
  letsCall,
  type CodeLinks,
} from '#processing/api/lambda'
import { createDuckdbEngine } from '#processing/engine'
import { FileSchemas } from '#processing/iceberg'
import {
  createMaintenance,
  createOptimizers,
  migrations as maintenanceMigrations,
} from '#processing/maintenance'
import { addFiles } from '#processing/migration'
import {
  createFunctions,
  migrations as functionMigrations,
  type Functions,
} from '#processing/functions'
import { bindService, type BoundService } from '#protocol/aws'
import type { RestFront, TokenSealer } from '#protocol/iceberg-rest'
import { encryptionKeys, s3, s3PolicySource } from '#storage/api/s3'
import {
  createObjectStore,
  deliverObjectEvents,
  migrations as objectMigrations,
  type BucketUsage,
  type FunctionDestination,
  type NotificationTarget,
} from '#storage/objects'
import { objectPlaces } from './object-places.ts'

/** The schema of every module, in the order of their dependencies. */
export const migrations: readonly Migration[] = [
  ...eventMigrations,
  ...keyMigrations,
  ...identityMigrations,
  ...logMigrations,
  ...metricMigrations,
  ...objectMigrations,
  ...streamMigrations,
  ...catalogMigrations,
  ...tableMigrations,
  ...maintenanceMigrations,
  ...crawlerMigrations,
  ...statisticsMigrations,
  ...queryMigrations,
  ...deliveryMigrations,
  ...functionMigrations,
]

export const databaseFile = 'lake.db'
const masterKeyFile = 'master.key'
/** What access keys of HTTP endpoints are sealed as. */
const deliverySecrets = 'delivery_streams.settings'

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
  /** Stops background work, then closes what is open, the last opened first. */
  close(): Promise<void>
}

export async function openLake(parts: {
  readonly config: Config
  readonly folder: DataFolder
  readonly clock: Clock
  readonly log: Logger
  /** Where the server can be reached from this machine, once it listens. */
  readonly address: Promise<string>
  /** Only for tests: between the staging of a delivery and its commit. */
  readonly onDeliveryStaged?: () => Promise<void> | void
  /** Only for tests: after each step of a delivery. */
  readonly onDeliveryStep?: (step: FlushStep) => Promise<void> | void
  /** Only for tests: what buckets may notify in the place of functions. */
  readonly bucketFunctions?: FunctionDestination
  /** Only for tests: between a query's cut through the deliveries and its listing of files. */
  readonly onHotCut?: () => Promise<void> | void
}): Promise<Lake> {
  const { config, folder, clock, log } = parts
  await using opened = new AsyncDisposableStack()
  const database = opened.use(
    await openSqliteDatabase({
      path: join(folder.path, databaseFile),
      migrations,
      log: log.child({ part: 'database' }),
    }),
  )

  // governance
  const sealer = createSealer(await openMasterKey(join(folder.path, masterKeyFile)))
  const keys = createKeys({ database, clock, sealer })
  const identity = opened.use(createIdentity({ database, clock, sealer }))
  await identity.ensureAccount(config.accountId, rootKeyOf(config))

  const logStore = createLogStore({ database, clock })
  const metrics = createMetricStore({ database, clock })
  const measured = createMetricBuffer(metrics, log.child({ part: 'metrics' }))
  const measure: Measure = ({ value, ...names }) =>
    measured.add({ ...names, timestampMs: clock.now(), ...single(value) })

  // storage
  const hasRoom = diskRoom(folder.path, config.diskReserveMib * 1024 * 1024)
  const objects = opened.use(
    await createObjectStore({
      database,
      folder: await folder.folder('objects'),
      clock,
      hasRoom,
      places: objectPlaces(config),
      keys: encryptionKeys(keys, sealer),
      encryptByDefault: config.encryptObjects,
      log: log.child({ part: 'objects' }),
    }),
  )

  // ingestion
  const logKms = kmsKeys(keys, sealer)
  const logKeys = await LogKeys.open({ database, kms: logKms, clock })
  const diskLog = await openDiskStreamLog({
    folder: await folder.folder('streams'),
    clock,
    hasRoom,
    log: log.child({ part: 'stream-log' }),
  })
  const streamLog = opened.use(sealedStreamLog(diskLog, logKeys))
  const streams = await createStreams({
    database,
    log: streamLog,
    clock,
    logger: log.child({ part: 'streams' }),
    quotas: config.awsQuotas,
  })

  // processing
  const engine = opened.use(
    createDuckdbEngine({
      folder: await folder.folder('engine'),
      processes: config.engineProcesses,
      memoryBytesMax: config.engineMemoryMib * 1024 * 1024,
      log: log.child({ part: 'engine' }),
    }),
  )

  const background = opened.use(createBackground(log.child({ part: 'background' })))
  background.every('due keys', 3_600_000, () => keys.removeDueKeys())
  background.every('stream retention', 60_000, (signal) => streams.applyRetention(signal))
  background.every('on-demand streams', 60_000, (signal) => streams.scaleOnDemand(signal))
  background.every('log retention', 60_000, (signal) => logStore.clean(signal))
  const flushMetrics = async () => {
    for (const { streamName, shardId, consumerName, ...point } of streams.metrics()) {
      const dimensions = {
        StreamName: streamName,
        ...(shardId === undefined ? {} : { ShardId: shardId }),
        ...(consumerName === undefined ? {} : { ConsumerName: consumerName }),
      }
      measured.add({ ...point, namespace: 'AWS/Kinesis', dimensions, timestampMs: clock.now() })
    }
    await measured.flush()
  }
  background.every('metrics', 60_000, flushMetrics)
  background.every('metric retention', 3_600_000, (signal) => metrics.clean(signal))
  background.every('object lifecycle', 3_600_000, (signal) => objects.applyLifecycle(signal))
  background.every('object tiers', 3_600_000, (signal) => objects.tiering.settle(signal))
  background.every('object accesses', 60_000, () => objects.tiering.accesses.flush())
  background.every('object sweep', 3_600_000, (signal) => objects.sweep(signal))
  background.every('object scrub', 86_400_000, (signal) => objects.scrub(signal))

  const policySources: Record<string, ResourcePolicySource> = {
    s3: s3PolicySource(objects),
    kinesis: streamPolicySource(streams),
  }
  const sessions = keepServiceSessions(
    (role) => openServiceSession(identity, policySources, role),
    clock,
  )
  const functions: Functions = opened.use(
    await createFunctions({
      database,
      streams,
      streamLog,
      roleOf: ({ accountId, region, name, settings: { roleArn } }) =>
        sessions({
          roleArn,
          service: 'lambda.amazonaws.com',
          accountId,
          region,
          sessionName: name,
          durationS: 900,
        }),
      folder: await folder.folder('functions'),
      dataFolder: folder.path,
      clock,
      logger: log.child({ part: 'functions' }),
      background,
      processesMax: config.functionProcesses,
      endpoint: parts.address,
      caBundle: config.tlsCert,
      mayAssume: async (roleArn, accountId) =>
        roleArn.split(':')[4] === accountId &&
        identity.serviceMayAssume(roleArn, 'lambda.amazonaws.com', accountId),
      assumeRole: ({ accountId, region, name, settings: { roleArn } }) =>
        openServiceSession(identity, policySources, {
          roleArn,
          service: 'lambda.amazonaws.com',
          accountId,
          region,
          sessionName: name,
          durationS: 12 * 3600,
        }),
      writeLog: (place, lines) => logStore.record(place, lines),
      putObject: async ({ body, ...object }) => {
        await objects.put({ ...object, contentType: 'application/json' }, body)
      },
    }),
  )
  policySources['lambda'] = functionPolicySource(functions)
  const codeLinks = createCodeLinks({
    functions,
    sealer,
    clock,
    scheme: config.tlsCert === undefined ? 'http' : 'https',
  })

  // catalog
  const metastore = createMetastore({ database, clock, sealer })
  background.every('catalog purge', 5_000, async (signal) => {
    while (!signal.aborted && (await metastore.purge()));
  })
  const tableFiles = createTableFiles(objects)
  const manifests = new ManifestCache(tableFiles)
  const tablesLog = log.child({ part: 'tables' })
  const icebergTables = createIcebergTables({
    database,
    metastore,
    objects,
    files: tableFiles,
    manifests,
    clock,
    log: tablesLog,
    onChange: (ref) => maintenance.noticed(ref),
  })
  const maintenanceParts = {
    database,
    metastore,
    tables: icebergTables,
    files: tableFiles,
    manifests,
    objects,
    clock,
    log: log.child({ part: 'maintenance' }),
  }
  const maintenance = createMaintenance({
    ...maintenanceParts,
    engine,
    schemas: new FileSchemas(engine),
  })
  background.every('maintenance of tables', 60_000, (signal) => maintenance.run(signal))
  background.every('purge of dropped tables', 5_000, (signal) =>
    purgeDropped(
      { database, objects, files: tableFiles, manifests, clock, log: tablesLog },
      signal,
    ),
  )
  const { crawlers, classifiers } = createCrawlers({
    database,
    metastore,
    tables: icebergTables,
    objects,
    engine,
    clock,
    log: log.child({ part: 'crawlers' }),
    background,
    tell: ({ accountId, region, crawler }, lines) =>
      logStore.record(
        { accountId, region, group: '/aws-glue/crawlers', stream: crawler },
        lines.map((message) => ({ timestampMs: clock.now(), message })),
      ),
  })

  const delivery = await createDelivery({
    database,
    log: streamLog,
    logKeys,
    streams,
    objects,
    metastore,
    tables: icebergTables,
    engine,
    logs: logStore,
    functions: {
      call: callForDelivery({
        functions,
        assumeRole: ({ roleArn, accountId, region }) =>
          sessions({
            roleArn,
            service: 'firehose.amazonaws.com',
            accountId,
            region,
            sessionName: 'firehose',
            durationS: 900,
          }),
      }),
    },
    clock,
    unseal: (sealed) => sealer.unseal(Buffer.from(sealed, 'base64'), deliverySecrets).toString(),
    background,
    measure,
    logger: log.child({ part: 'delivery' }),
    ...(parts.onDeliveryStaged ? { onStaged: parts.onDeliveryStaged } : {}),
    ...(parts.onDeliveryStep ? { onStep: parts.onDeliveryStep } : {}),
  })

  // consumption
  const queries = opened.use(
    await createQueries({
      database,
      metastore,
      tables: icebergTables,
      manifests,
      maintenance: maintenanceParts,
      objects,
      engine,
      tails: delivery.tails,
      measure,
      clock,
      log: log.child({ part: 'queries' }),
      ...(parts.onHotCut ? { onCut: parts.onHotCut } : {}),
    }),
  )
  background.every('query history', 3_600_000, (signal) => queries.forgetOld(signal))
  const statistics = createStatisticsRuns({
    database,
    metastore,
    summarize: queries.summarize,
    clock,
    log: log.child({ part: 'statistics' }),
    background,
  })

  const events = opened.use(createEventBus({ database, clock, log: log.child({ part: 'events' }) }))
  const canonicalUserId = async (accountId: string) =>
    (await identity.account(accountId))?.canonicalUserId ?? ''
  const bucketFunctions = parts.bucketFunctions ?? functionsOfBuckets(functions, log)
  deliverObjectEvents({ events, functions: bucketFunctions, ownerId: canonicalUserId })

  const resolvers: Lake['resolvers'] = {
    kms: keyResources(keys),
    kinesis: streamResources(streams),
    athena: workGroupResources(queries),
  }
  const services = [
    bindService(sts, { identity }),
    bindService(iam, { identity }),
    bindService(kms, { keys, identity }),
    bindService(logs, { logStore }),
    bindService(cloudwatch, { metrics, flush: flushMetrics }),
    bindService(s3, { objects, canonicalUserId, identity, functions: bucketFunctions }),
    bindService(kinesis, {
      streams,
      logKeys,
      kms: logKms,
      mayUseKey: mayUseKey(keys),
      clock,
    }),
    bindService(firehose, {
      delivery,
      seal: (secret) => sealer.seal(Buffer.from(secret), deliverySecrets).toString('base64'),
      kms: logKms,
      mayAssume: (roleArn, accountId) =>
        identity.serviceMayAssume(roleArn, 'firehose.amazonaws.com', accountId),
    }),
    bindService(glue, {
      optimizers: createOptimizers(maintenanceParts),
      metastore,
      crawlers,
      classifiers,
      statistics,
      mayAssume: (roleArn, accountId) =>
        identity.serviceMayAssume(roleArn, 'glue.amazonaws.com', accountId),
    }),
    bindService(athena, { queries, metastore }),
    bindService(lambda, {
      functions,
      codeUrl: (codeId, host) => codeLinks.url(codeId, host),
      readObject: async ({ bytesMax, ...object }) => collect(await objects.read(object), bytesMax),
    }),
  ]
  const icebergRestFront = icebergRest({
    metastore,
    tables: icebergTables,
    views: createIcebergViews({
      database,
      metastore,
      objects,
      files: tableFiles,
      manifests,
      clock,
      log: tablesLog,
    }),
    manifests,
    clock,
    addFiles: (ref, source, by) =>
      addFiles({ metastore, tables: icebergTables, manifests, objects, engine }, ref, source, by),
    vend: (caller, policy) => identity.scopedSession(caller, policy, 3600),
    regionOf: async (bucket) => (await objects.buckets.find(bucket))?.region,
  })
  const closing = opened.move()
  const close = () => closing.disposeAsync()
  return {
    identity,
    resolvers,
    policySources,
    services,
    icebergRest: icebergRestFront,
    sealer,
    usage: (accountId) => objects.usage(accountId),
    codeLinks,
    close,
  }
}

/** The root key of the configured account, from the folder of a lake that may be running. */
export async function readRootCredentials(config: Config): Promise<RootCredentials | undefined> {
  const path = join(config.dataDir, databaseFile)
  if (!existsSync(path)) return undefined
  await using database = readSqliteDatabase(path)
  const sealer = createSealer(await openMasterKey(join(config.dataDir, masterKeyFile)))
  await using identity = createIdentity({ database, clock: systemClock, sealer })
  return await identity.rootCredentials(config.accountId)
}

/** S3 calls functions for buckets, as far as the functions' policies allow. */
function functionsOfBuckets(functions: Functions, log: Logger): FunctionDestination {
  const callerOf = ({ destinationArn, accountId, bucket }: NotificationTarget) => ({
    functionArn: destinationArn,
    service: 's3.amazonaws.com',
    sourceArn: `arn:aws:s3:::${bucket}`,
    accountId,
  })
  const parts = { functions, log: log.child({ part: 'functions' }) }
  return {
    accepts: (target) => letsCall(functions, callerOf(target)),
    invoke: (target, message) => callLater(parts, callerOf(target), message),
  }
}

function rootKeyOf(config: Config) {
  return config.rootAccessKeyId && config.rootSecretAccessKey
    ? { accessKeyId: config.rootAccessKeyId, secretAccessKey: config.rootSecretAccessKey }
    : undefined
}
