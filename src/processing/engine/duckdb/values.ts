import { DuckDBBlobValue, DuckDBMapValue, type DuckDBValue } from '@duckdb/node-api'
import type { EngineValue } from '../query-engine.ts'

/** A value of DuckDB as the port promises it. */
export function toEngineValue(value: DuckDBValue, mapsAsJson = false): EngineValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex')
  if (mapsAsJson && value instanceof DuckDBMapValue) return JSON.stringify(pairsOf(value))
  return value.toString()
}

function pairsOf(map: DuckDBMapValue): unknown {
  const plain = (value: DuckDBValue): unknown =>
    value instanceof DuckDBMapValue ? pairsOf(value) : toEngineValue(value)
  return map.entries.map(({ key, value }) => ({ key: plain(key), value: plain(value) }))
}
