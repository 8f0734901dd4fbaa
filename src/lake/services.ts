import { glue } from '#catalog/api/glue'
import { icebergRest } from '#catalog/api/iceberg-rest'
import type { SchemaRegistry } from '#catalog/schemas'
import type { StatisticsRuns, StatisticsSettings } from '#catalog/statistics'
import { athena } from '#consumption/api/athena'
import type { Queries } from '#consumption/queries'
import { cloudwatch } from '#governance/api/cloudwatch'
import { iam } from '#governance/api/iam'
import { kms } from '#governance/api/kms'
import { logs } from '#governance/api/logs'
import { sts } from '#governance/api/sts'
import { firehose } from '#ingestion/api/firehose'
import { kinesis, mayUseKey } from '#ingestion/api/kinesis'
import type { Channels, Delivery } from '#ingestion/delivery'
import { collect, type Clock } from '#kit'
import { lambda, type CodeLinks } from '#processing/api/lambda'
import type { Functions } from '#processing/functions'
import { bindService, type BoundService } from '#protocol/aws'
import { s3 } from '#storage/api/s3'
import type { FunctionDestination } from '#storage/objects'
import type { Catalog } from './catalog.ts'
import type { Foundations } from './foundations.ts'
import type { Governance } from './governance.ts'
import type { Storage } from './storage.ts'
import type { Streaming } from './streaming.ts'

export interface ServiceParts {
  readonly governance: Governance
  /** Brings metrics up to date. */
  readonly flushMetrics: () => Promise<void>
  readonly storage: Storage
  readonly bucketFunctions: FunctionDestination
  /** The canonical user id of an account; empty when there is no such account. */
  readonly ownerId: (accountId: string) => Promise<string>
  readonly streaming: Streaming
  readonly delivery: Delivery
  readonly channels: Channels
  /** Whether AWS's limits are enforced. */
  readonly quotas: boolean
  readonly seal: (secret: string) => string
  readonly catalog: Catalog
  readonly schemas: SchemaRegistry
  readonly statistics: StatisticsRuns
  readonly statisticsSettings: StatisticsSettings
  readonly queries: Queries
  readonly functions: Functions
  readonly codeLinks: CodeLinks
  readonly clock: Clock
}

/** Every AWS service, bound to what its operations work on. */
export function bindServices(parts: ServiceParts): readonly BoundService[] {
  const { identity, keys, logStore, metrics } = parts.governance
  const { objects } = parts.storage
  const { kms: logKms, logKeys, streams } = parts.streaming
  const { metastore, crawlers, classifiers, optimizers } = parts.catalog
  const { queries, functions, codeLinks, clock } = parts
  const mayAssumeFor = (service: string) => (roleArn: string, accountId: string) =>
    identity.serviceMayAssume(roleArn, service, accountId)
  return [
    bindService(sts, { identity }),
    bindService(iam, { identity }),
    bindService(kms, { keys, identity }),
    bindService(logs, { logStore }),
    bindService(cloudwatch, { metrics, flush: parts.flushMetrics }),
    bindService(s3, {
      objects,
      canonicalUserId: parts.ownerId,
      identity,
      functions: parts.bucketFunctions,
    }),
    bindService(kinesis, {
      streams,
      channels: parts.channels,
      logKeys,
      kms: logKms,
      mayUseKey: mayUseKey(keys),
      mayAssume: (roleArn, accountId, channelArn) =>
        identity.serviceMayAssume(roleArn, 'kinesis.amazonaws.com', accountId, channelArn),
      findBucket: (name) => objects.buckets.find(name),
      quotas: parts.quotas,
      clock,
    }),
    bindService(firehose, {
      delivery: parts.delivery,
      seal: parts.seal,
      kms: logKms,
      mayAssume: mayAssumeFor('firehose.amazonaws.com'),
      quotas: parts.streaming.firehoseQuotas,
    }),
    bindService(glue, {
      optimizers,
      metastore,
      crawlers,
      classifiers,
      schemas: parts.schemas,
      statistics: parts.statistics,
      statisticsSettings: parts.statisticsSettings,
      mayAssume: mayAssumeFor('glue.amazonaws.com'),
    }),
    bindService(athena, { queries, metastore }),
    bindService(lambda, {
      functions,
      codeUrl: (codeId, host) => codeLinks.url(codeId, host),
      readObject: async ({ bytesMax, ...object }) => collect(await objects.read(object), bytesMax),
    }),
  ]
}

/** The Iceberg REST catalog over the same tables as Glue's. */
export function bindIcebergRest(
  { database, clock }: Foundations,
  { identity, measure }: Governance,
  { objects }: Storage,
  { metastore, tables, views, manifests, addFiles, procedures }: Catalog,
) {
  return icebergRest({
    database,
    measure,
    metastore,
    tables,
    views,
    manifests,
    clock,
    addFiles,
    procedures,
    vend: (caller, policy) => identity.scopedSession(caller, policy, 3600),
    regionOf: async (bucket) => (await objects.buckets.find(bucket))?.region,
  })
}
