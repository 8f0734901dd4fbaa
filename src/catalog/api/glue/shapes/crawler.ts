import type {
  Crawler as GlueCrawler,
  CrawlerMetrics as GlueCrawlerMetrics,
  CrawlerTargets,
  CreateCrawlerRequest,
  UpdateCrawlerRequest,
} from '@aws-sdk/client-glue'
import type {
  CatalogTarget,
  CrawlerInput,
  CrawlerMetrics,
  CrawlerRecord,
  IcebergTarget,
  S3Target,
} from '#catalog/crawlers'
import { AwsError } from '#protocol/aws'
import { compact, extras } from './compact.ts'
import { toLastCrawl } from './crawl.ts'
import { toDate } from './times.ts'

export function fromCrawlerRequest(input: CreateCrawlerRequest): CrawlerInput {
  return {
    ...fromCrawlerChanges(input),
    ...fromTargets(input.Targets!),
    name: input.Name!,
    role: roleName(input.Role!),
    classifiers: input.Classifiers ?? [],
  }
}

export function fromCrawlerChanges(
  input: CreateCrawlerRequest | UpdateCrawlerRequest,
): Partial<CrawlerInput> {
  const { LineageConfiguration, LakeFormationConfiguration, CrawlerSecurityConfiguration } = input
  return compact({
    role: input.Role === undefined ? undefined : roleName(input.Role),
    database: input.DatabaseName,
    description: input.Description,
    ...(input.Targets ? fromTargets(input.Targets) : {}),
    schedule: input.Schedule,
    classifiers: input.Classifiers,
    tablePrefix: input.TablePrefix,
    updateBehavior: input.SchemaChangePolicy?.UpdateBehavior,
    deleteBehavior: input.SchemaChangePolicy?.DeleteBehavior,
    recrawlBehavior: input.RecrawlPolicy?.RecrawlBehavior,
    configuration: input.Configuration,
    extra: extras({
      LineageConfiguration,
      LakeFormationConfiguration,
      CrawlerSecurityConfiguration,
    }),
  })
}

export function toCrawler(record: CrawlerRecord): GlueCrawler {
  return compact<GlueCrawler>({
    Name: record.name,
    Role: record.role,
    Targets: toTargets(record),
    DatabaseName: record.database,
    Description: record.description,
    Classifiers: record.classifiers.slice(),
    RecrawlPolicy: { RecrawlBehavior: record.recrawlBehavior },
    SchemaChangePolicy: {
      UpdateBehavior: record.updateBehavior,
      DeleteBehavior: record.deleteBehavior,
    },
    LineageConfiguration: { CrawlerLineageSettings: 'DISABLE' },
    LakeFormationConfiguration: { UseLakeFormationCredentials: false, AccountId: '' },
    State: record.state,
    TablePrefix: record.tablePrefix,
    Schedule:
      record.schedule === undefined
        ? undefined
        : { ScheduleExpression: record.schedule, State: record.scheduleState },
    CrawlElapsedTime: record.crawlElapsedMs,
    CreationTime: toDate(record.createTimeMs),
    LastUpdated: toDate(record.updateTimeMs),
    LastCrawl: record.lastCrawl && toLastCrawl(record.lastCrawl, record.name),
    Version: record.version,
    Configuration: record.configuration,
    ...record.extra,
  })
}

export function toCrawlerMetrics(metrics: CrawlerMetrics): GlueCrawlerMetrics {
  return {
    CrawlerName: metrics.crawler,
    TimeLeftSeconds: 0,
    StillEstimating: metrics.running,
    LastRuntimeSeconds: metrics.lastRuntimeMs / 1000,
    MedianRuntimeSeconds: metrics.medianRuntimeMs / 1000,
    TablesCreated: metrics.lastSummary.tablesCreated,
    TablesUpdated: metrics.lastSummary.tablesUpdated,
    TablesDeleted: metrics.lastSummary.tablesDeleted,
  }
}

/** AWS answers the role's name with its path, whichever form was given. */
function roleName(role: string): string {
  return role.replace(/^arn:aws[\w-]*:iam::\d{12}:role\//, '')
}

function fromTargets(targets: CrawlerTargets): {
  readonly s3Targets: readonly S3Target[]
  readonly catalogTargets: readonly CatalogTarget[]
  readonly icebergTargets: readonly IcebergTarget[]
} {
  const { S3Targets = [], CatalogTargets = [], IcebergTargets = [], ...others } = targets
  for (const [kind, list] of Object.entries(others)) {
    if ((list as readonly unknown[] | undefined)?.length) throw unsupported(kind)
  }
  return {
    s3Targets: S3Targets.map((target) => {
      const { EventQueueArn, DlqEventQueueArn, ConnectionName } = target
      return compact({
        // The lake knows what has changed without a queue, and reads its own objects without a network.
        extra: extras({ EventQueueArn, DlqEventQueueArn, ConnectionName }),
        path: target.Path ?? '',
        exclusions: target.Exclusions,
        sampleSize: target.SampleSize,
      })
    }),
    catalogTargets: CatalogTargets.map((target) => {
      const { EventQueueArn, DlqEventQueueArn, ConnectionName } = target
      return compact({
        extra: extras({ EventQueueArn, DlqEventQueueArn, ConnectionName }),
        database: target.DatabaseName!,
        tables: target.Tables!,
      })
    }),
    icebergTargets: IcebergTargets.map((target) => {
      if (target.ConnectionName) throw unsupported('ConnectionName')
      return compact({
        paths: target.Paths ?? [],
        exclusions: target.Exclusions,
        depthMax: target.MaximumTraversalDepth,
      })
    }),
  }
}

function toTargets(record: CrawlerInput): CrawlerTargets {
  return {
    S3Targets: record.s3Targets.map((target) => ({
      Path: target.path,
      Exclusions: target.exclusions?.slice() ?? [],
      ...(target.sampleSize === undefined ? {} : { SampleSize: target.sampleSize }),
      ...target.extra,
    })),
    JdbcTargets: [],
    MongoDBTargets: [],
    DynamoDBTargets: [],
    CatalogTargets: record.catalogTargets.map((target) => ({
      DatabaseName: target.database,
      Tables: target.tables.slice(),
      ...target.extra,
    })),
    DeltaTargets: [],
    IcebergTargets: (record.icebergTargets ?? []).map((target) => ({
      Paths: target.paths.slice(),
      Exclusions: target.exclusions?.slice() ?? [],
      ...(target.depthMax === undefined ? {} : { MaximumTraversalDepth: target.depthMax }),
    })),
    HudiTargets: [],
  }
}

function unsupported(member: string): Error {
  return new AwsError({
    name: 'InvalidInputException',
    message: `${member} is not supported: a crawler reads S3, catalog and Iceberg targets.`,
  })
}
