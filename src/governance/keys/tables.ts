/** Rows of the keys module. Times in epoch milliseconds; JSON as text. */
export interface KeyTables {
  readonly keys_keys: KeyRow
  readonly keys_materials: MaterialRow
  readonly keys_aliases: AliasRow
}

export interface KeyRow {
  key_id: string
  account_id: string
  region: string
  /** `CUSTOMER`, or `AWS` for the keys behind `alias/aws/…`. */
  manager: string
  description: string
  enabled: number
  created_at_ms: number
  /** Set while the deletion is pending. */
  delete_at_ms: number | null
  policy: string
  /** Null when rotation is off. */
  rotation_days: number | null
  tags: string
}

export interface MaterialRow {
  key_id: string
  version: number
  sealed: Uint8Array
  created_at_ms: number
}

export interface AliasRow {
  account_id: string
  region: string
  /** With the prefix: `alias/lake`. */
  name: string
  key_id: string
  created_at_ms: number
  updated_at_ms: number
}
