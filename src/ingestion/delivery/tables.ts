import type { Database, Transaction } from '#platform/database'
import type { DeliveryRef, DeliveryStream } from './records.ts'

export interface DeliveryTables {
  readonly delivery_streams: StreamRow
  readonly delivery_lanes: LaneRow
  /** Logs of delivery streams that are gone, to be removed. */
  readonly delivery_garbage: { readonly log_id: string }
}

export interface StreamRow {
  readonly id: string
  readonly account_id: string
  readonly region: string
  readonly name: string
  /** JSON, as are the next four. */
  readonly source: string
  readonly settings: string
  readonly description: string
  readonly encryption: string
  readonly tags: string
  readonly version: number
  readonly created_ms: number
  readonly updated_ms: number | null
}

/** How far a lane has delivered. Made and removed with its delivery stream: nothing is moved in one that is gone. */
export interface LaneRow {
  readonly stream_id: string
  readonly lane: string
  /** Grows by one with each change of the places. */
  readonly version: number
  /** See `packPlaces`. */
  readonly places: Uint8Array
}

export type DeliveryDb = ReturnType<typeof tablesOf>

export function tablesOf(source: Database | Transaction) {
  return source.tables<DeliveryTables>()
}

export async function findRow(db: DeliveryDb, ref: DeliveryRef): Promise<StreamRow | undefined> {
  return db
    .selectFrom('delivery_streams')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', ref.name)
    .executeTakeFirst()
}

export function toStream(row: StreamRow): DeliveryStream {
  return {
    id: row.id,
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    source: JSON.parse(row.source) as DeliveryStream['source'],
    settings: JSON.parse(row.settings) as DeliveryStream['settings'],
    description: JSON.parse(row.description) as DeliveryStream['description'],
    encryption: JSON.parse(row.encryption) as DeliveryStream['encryption'],
    tags: JSON.parse(row.tags) as DeliveryStream['tags'],
    version: row.version,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms ?? undefined,
  }
}
