import type { CatalogRef, Page, PageInput } from '#catalog/metastore'

export interface CrawlerRef extends CatalogRef {
  readonly crawler: string
}

export interface S3Target {
  /** `s3://bucket/prefix`, or without the scheme. */
  readonly path: string
  /** Glob patterns relative to the path. */
  readonly exclusions?: readonly string[]
  /** Files read in each leaf folder, 1 to 249. */
  readonly sampleSize?: number
  /** Members that are stored and returned as they came. */
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface CatalogTarget {
  readonly database: string
  readonly tables: readonly string[]
  /** Members that are stored and returned as they came. */
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface IcebergTarget {
  /** `s3://bucket/prefix` of folders below which tables lie. */
  readonly paths: readonly string[]
  readonly exclusions?: readonly string[]
  /** Folders below a path that are looked into. Default 20. */
  readonly depthMax?: number
}

export type UpdateBehavior = 'LOG' | 'UPDATE_IN_DATABASE'
export type DeleteBehavior = 'LOG' | 'DELETE_FROM_DATABASE' | 'DEPRECATE_IN_DATABASE'
export type RecrawlBehavior = 'CRAWL_EVERYTHING' | 'CRAWL_NEW_FOLDERS_ONLY' | 'CRAWL_EVENT_MODE'

export interface CrawlerInput {
  readonly name: string
  readonly role: string
  readonly database?: string
  readonly description?: string
  readonly s3Targets: readonly S3Target[]
  readonly catalogTargets: readonly CatalogTarget[]
  readonly icebergTargets?: readonly IcebergTarget[]
  /** `cron(15 12 * * ? *)`, in UTC. */
  readonly schedule?: string
  readonly classifiers: readonly string[]
  readonly tablePrefix?: string
  readonly updateBehavior?: UpdateBehavior
  readonly deleteBehavior?: DeleteBehavior
  readonly recrawlBehavior?: RecrawlBehavior
  /** Glue's versioned JSON document. */
  readonly configuration?: string
  /** Members that are stored and returned as they came. */
  readonly extra?: Readonly<Record<string, unknown>>
}

export type CrawlerState = 'READY' | 'RUNNING' | 'STOPPING'
export type ScheduleState = 'SCHEDULED' | 'NOT_SCHEDULED'
export type CrawlState = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'STOPPED'

export interface CrawlerRecord extends CrawlerInput {
  readonly updateBehavior: UpdateBehavior
  readonly deleteBehavior: DeleteBehavior
  readonly recrawlBehavior: RecrawlBehavior
  readonly state: CrawlerState
  readonly scheduleState: ScheduleState
  readonly createTimeMs: number
  readonly updateTimeMs: number
  /** 1 at creation, one more after each update. */
  readonly version: number
  /** How long the crawl under way has run; 0 when there is none. */
  readonly crawlElapsedMs: number
  /** The last crawl that has ended. */
  readonly lastCrawl: CrawlRecord | undefined
}

/** What a crawl did, in numbers. */
export interface CrawlSummary {
  readonly tablesCreated: number
  readonly tablesUpdated: number
  readonly tablesDeleted: number
  readonly partitionsCreated: number
  readonly partitionsUpdated: number
  readonly partitionsDeleted: number
  readonly filesSkipped: number
}

export interface CrawlRecord {
  readonly crawlId: string
  readonly state: CrawlState
  readonly startTimeMs: number
  readonly endTimeMs: number | undefined
  readonly summary: CrawlSummary
  /** Why it failed, or what it left out (a file that cannot be read). */
  readonly message: string | undefined
}

/** Figures over the crawls that are kept. */
export interface CrawlerMetrics {
  readonly crawler: string
  readonly running: boolean
  readonly lastRuntimeMs: number
  readonly medianRuntimeMs: number
  readonly lastSummary: CrawlSummary
}

export interface CrawlFilter {
  readonly field: 'CRAWL_ID' | 'STATE' | 'START_TIME' | 'END_TIME'
  readonly operator: 'GT' | 'GE' | 'LT' | 'LE' | 'EQ' | 'NE'
  /** Text for CRAWL_ID and STATE, epoch milliseconds for times. */
  readonly value: string | number
}

/**
 * Crawlers: they read what lies in the lake and write what they find into the catalog, in the background and
 * over restarts. Errors: `CrawlerNotFound`, `CrawlerExists`, `CrawlerRunning`, `CrawlerNotRunning`, `CrawlerStopping`,
 * `InvalidCrawler`, `NoSchedule`, `ScheduleRunning`, `ScheduleNotRunning`.
 */
export interface Crawlers {
  create(ref: CatalogRef, input: CrawlerInput): Promise<void>
  get(ref: CrawlerRef): Promise<CrawlerRecord>
  list(ref: CatalogRef, page: PageInput): Promise<Page<CrawlerRecord>>
  /** Replaces the members that are given. */
  update(ref: CrawlerRef, changes: Partial<Omit<CrawlerInput, 'name'>>): Promise<void>
  delete(ref: CrawlerRef): Promise<void>

  /** Starts a crawl and returns at once. */
  start(ref: CrawlerRef): Promise<void>
  /** Asks a crawl to end. It keeps what it has written. */
  stop(ref: CrawlerRef): Promise<void>

  /** An empty expression takes the schedule away. */
  setSchedule(ref: CrawlerRef, expression: string | undefined): Promise<void>
  startSchedule(ref: CrawlerRef): Promise<void>
  stopSchedule(ref: CrawlerRef): Promise<void>

  /** The newest first. */
  listCrawls(
    ref: CrawlerRef,
    page: PageInput & { readonly filters?: readonly CrawlFilter[] },
  ): Promise<Page<CrawlRecord>>
  metrics(ref: CrawlerRef): Promise<CrawlerMetrics>
}

/** A stored classifier: how files of a custom form are recognised and read. */
export type ClassifierInput =
  | {
      readonly kind: 'csv'
      readonly name: string
      readonly delimiter?: string
      readonly quoteSymbol?: string
      readonly containsHeader?: 'UNKNOWN' | 'PRESENT' | 'ABSENT'
      readonly header?: readonly string[]
      /** Members that are stored and returned as they came. */
      readonly extra?: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'json'; readonly name: string; readonly jsonPath: string }
  | {
      readonly kind: 'grok'
      readonly name: string
      /** The catalog's word for what it recognises. */
      readonly classification: string
      readonly pattern: string
      /** Lines of a name and its pattern. */
      readonly customPatterns?: string
    }
  | {
      readonly kind: 'xml'
      readonly name: string
      readonly classification: string
      /** The element that is a row. */
      readonly rowTag: string
    }

export type ClassifierRecord = ClassifierInput & {
  readonly createTimeMs: number
  readonly updateTimeMs: number
  readonly version: number
}

/** Errors: `ClassifierNotFound`, `ClassifierExists`, `InvalidClassifier`. */
export interface Classifiers {
  create(ref: CatalogRef, input: ClassifierInput): Promise<void>
  get(ref: CatalogRef, name: string): Promise<ClassifierRecord>
  list(ref: CatalogRef, page: PageInput): Promise<Page<ClassifierRecord>>
  update(ref: CatalogRef, input: ClassifierInput): Promise<void>
  delete(ref: CatalogRef, name: string): Promise<void>
}
