import type { Config } from '#config'
import type { OnFlushStep, Tails } from '#ingestion/delivery'
import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import type { DataFolder } from '#platform/folder'
import type { FunctionDestination } from '#storage/objects'
import type { Openings } from './openings.ts'

/** What every layer stands on. */
export interface Foundations {
  readonly config: Config
  readonly folder: DataFolder
  readonly clock: Clock
  readonly log: Logger
  readonly database: Database
  /** Takes what must be closed: the last opened goes first. */
  readonly opened: Openings
  /** Whether so many more bytes may be written to the folder. */
  readonly hasRoom: (sizeBytes: number) => boolean
}

/** What only tests put into a lake. */
export interface LakeProbes {
  /** Between the staging of a delivery and its commit. */
  readonly onDeliveryStaged?: () => Promise<void> | void
  /** After each step of a delivery. */
  readonly onDeliveryStep?: OnFlushStep
  /** What buckets may notify in the place of functions. */
  readonly bucketFunctions?: FunctionDestination
  /** Between a query's cut through the deliveries and its listing of files. */
  readonly onHotCut?: () => Promise<void> | void
  /** Other tails in the place of those that queries read. */
  readonly wrapTails?: (tails: Tails) => Tails
}
