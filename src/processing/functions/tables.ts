import type { Database, Transaction } from '#platform/database'
import type { FunctionCode, FunctionEntry, FunctionSettings, FunctionVersion } from './records.ts'

/** The tables of functions. Times are epoch milliseconds. */
export interface FunctionTables {
  readonly functions_functions: FunctionRow
  readonly functions_versions: VersionRow
  readonly functions_aliases: AliasRow
  readonly functions_policies: PolicyRow
  readonly functions_event_configs: EventConfigRow
  readonly functions_layers: LayerRow
  readonly functions_events: EventRow
  readonly functions_mappings: MappingRow
  readonly functions_checkpoints: CheckpointRow
  readonly functions_urls: UrlRow
}

interface Placed {
  readonly account_id: string
  readonly region: string
}

export interface FunctionRow extends Placed {
  readonly id: string
  readonly name: string
  readonly created_ms: number
  readonly next_version: number
  readonly reserved_concurrency: number | null
  /** JSON object. */
  readonly tags: string
}

export interface VersionRow extends Placed {
  readonly function_id: string
  readonly name: string
  /** `$LATEST`, or a number. */
  readonly version: string
  /** 0 for `$LATEST`; orders versions. */
  readonly number: number
  /** JSON: `StoredVersion`. */
  readonly config: string
  readonly modified_ms: number
  readonly revision_id: string
}

export interface StoredVersion {
  readonly settings: FunctionSettings
  readonly code: FunctionCode
}

export interface AliasRow extends Placed {
  readonly function_id: string
  readonly name: string
  readonly version: string
  readonly description: string
  /** JSON object: share by version. */
  readonly weights: string
  readonly revision_id: string
}

export interface UrlRow extends Placed {
  readonly url_id: string
  readonly function_id: string
  /** An alias, or empty. */
  readonly qualifier: string
  /** JSON. */
  readonly settings: string
  readonly created_ms: number
  readonly modified_ms: number
}

export interface PolicyRow extends Placed {
  readonly function_id: string
  /** Empty for the function itself. */
  readonly qualifier: string
  /** A policy document. */
  readonly document: string
  readonly revision_id: string
}

export interface EventConfigRow extends Placed {
  readonly function_id: string
  readonly qualifier: string
  /** JSON: `EventConfigSettings`. */
  readonly settings: string
  readonly modified_ms: number
}

export interface LayerRow extends Placed {
  readonly name: string
  readonly version: number
  /** JSON: `StoredLayer`. */
  readonly config: string
  readonly created_ms: number
}

/** An event that waits to be given to a function. */
export interface EventRow extends Placed {
  /** Sorts by its arrival; also the id of its requests. */
  readonly id: string
  readonly function_id: string
  readonly qualifier: string
  readonly invoked_arn: string
  readonly payload: Uint8Array
  readonly attempts: number
  /** When it may be tried (again). */
  readonly due_ms: number
  readonly received_ms: number
}

export interface MappingRow extends Placed {
  readonly id: string
  readonly source_arn: string
  /** JSON: `StartingPosition`. */
  readonly starting: string
  /** JSON: `MappingSettings`. */
  readonly settings: string
  readonly modified_ms: number
}

export interface CheckpointRow extends Placed {
  readonly mapping_id: string
  readonly shard_id: string
  /** The log of the stream; null for places that were made before it was kept. A stream that is made anew under its name has another. */
  readonly log_id: string | null
  readonly lane: number
  /** A sequence of the log, decimal. */
  readonly sequence: string
  /** The tumbling window that has not ended, with its state, as JSON. */
  readonly open_window: string | null
}

export type FunctionDb = ReturnType<typeof tablesOf>

export function tablesOf(source: Database | Transaction) {
  return source.tables<FunctionTables>()
}

export function toEntry(row: FunctionRow): FunctionEntry {
  return {
    id: row.id,
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    reservedConcurrency: row.reserved_concurrency ?? undefined,
    tags: JSON.parse(row.tags) as Record<string, string>,
  }
}

export function toVersion(row: VersionRow): FunctionVersion {
  const { settings, code } = JSON.parse(row.config) as StoredVersion
  return {
    functionId: row.function_id,
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    version: row.version,
    settings,
    code,
    modifiedMs: row.modified_ms,
    revisionId: row.revision_id,
  }
}

export function versionRow(version: FunctionVersion): VersionRow {
  const stored: StoredVersion = { settings: version.settings, code: version.code }
  return {
    function_id: version.functionId,
    account_id: version.accountId,
    region: version.region,
    name: version.name,
    version: version.version,
    number: version.version === '$LATEST' ? 0 : Number(version.version),
    config: JSON.stringify(stored),
    modified_ms: version.modifiedMs,
    revision_id: version.revisionId,
  }
}
