import type { Metastore } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { LogKeys, RecordColumns, StreamLog, Streams } from '#ingestion/streams'
import type { Clock, Logger } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Background } from '#platform/jobs'
import type { Measure } from '#platform/telemetry'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import type { DeliveryRoles } from './access/roles.ts'
import type { ErrorLogStore } from './error-log.ts'
import type { OnFlushStep } from './flush.ts'
import type {
  DeliveryRef,
  DeliveryScope,
  DeliverySettings,
  DeliverySource,
  DeliveryStream,
  LaneName,
  LaneState,
} from './records.ts'
import type { Tails } from './tail/tails.ts'
import type { FunctionCaller } from './transforms/function-caller.ts'

export interface DeliveryOptions {
  readonly database: Database
  readonly log: StreamLog
  /** What a stream's own log is sealed with. */
  readonly logKeys: Pick<LogKeys, 'set'>
  readonly streams: Pick<Streams, 'find'>
  readonly objects: Objects
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly engine: QueryEngine
  readonly logs: ErrorLogStore
  readonly clock: Clock
  /** Opens secrets of settings, which are kept sealed. */
  readonly unseal: (sealed: string) => string
  readonly background: Background
  readonly measure?: Measure
  /** Calls the functions of processors. */
  readonly functions: FunctionCaller
  /** Whose permissions deliveries need. */
  readonly roles: DeliveryRoles
  readonly logger: Logger
  /** Only for tests: what transforms may make of one batch. */
  readonly transformedBytesMax?: number
  /** Only for tests: called when a batch's files are staged and nothing is committed. */
  readonly onStaged?: () => Promise<void> | void
  /** Only for tests: called after each step of a delivery. */
  readonly onStep?: OnFlushStep
}

export interface NewDelivery {
  /** Undefined for a new one. */
  readonly id?: string
  readonly source: DeliverySource
  readonly settings: DeliverySettings
  readonly description: Readonly<Record<string, unknown>>
  readonly encryption: Readonly<Record<string, unknown>>
  /** The key (`LogKeys`) that records put into it are sealed under until they are delivered. */
  readonly sealUnder?: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** Run in the transaction that makes it; throws what forbids it. */
  readonly check?: (tx: Transaction) => Promise<void>
}

/** Delivery streams: what PutRecord or a stream brings is written to objects, once each. Errors: `DeliveryErrors`. */
export interface Delivery {
  /** A stream is read from its newest record on. Errors: `DeliveryStreamExists`, `InvalidDelivery`, `DeliveryLimitExceeded`, `StreamNotFound`. */
  create(ref: DeliveryRef, input: NewDelivery): Promise<DeliveryStream>
  get(ref: DeliveryRef): DeliveryStream
  /** Whoever has it; undefined when there is none. */
  byId(id: string): DeliveryStream | undefined
  /** By name; channels only when they are asked for. */
  list(
    scope: DeliveryScope,
    page: {
      readonly limit: number
      readonly after?: string
      readonly source?: DeliverySource['kind'] | 'channel'
    },
  ): readonly DeliveryStream[]
  /** What is not delivered when it resolves is delivered by them; only requests to an endpoint that are under way keep those they began with. Errors: `DeliveryVersionMismatch`, `InvalidDelivery`. */
  update(
    ref: DeliveryRef,
    change: Pick<NewDelivery, 'settings' | 'description'> & { readonly expectedVersion: number },
  ): Promise<DeliveryStream>
  setEncryption(
    ref: DeliveryRef,
    encryption: Readonly<Record<string, unknown>>,
    sealUnder: string | undefined,
  ): Promise<DeliveryStream>
  changeTags(
    ref: DeliveryRef,
    change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): Promise<DeliveryStream>
  /** What was not delivered yet is gone with it. */
  remove(ref: DeliveryRef): Promise<void>
  /** Durable when it resolves; an id for each record. Errors: `InvalidDelivery` for one that reads a stream. */
  put(ref: DeliveryRef, records: readonly Uint8Array[]): Promise<readonly string[]>
  /** The same of columns; their keys are of no meaning. */
  putColumns(ref: DeliveryRef, columns: RecordColumns): Promise<readonly string[]>
  /** How its lanes are doing since the server started. */
  state(ref: DeliveryRef): Readonly<Partial<Record<LaneName, LaneState>>>
  /** What was accepted and is not delivered yet. */
  readonly tails: Tails
}
