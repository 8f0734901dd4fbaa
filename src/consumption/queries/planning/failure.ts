import { type LakeError } from '#kit'
import { QueryErrors } from '../errors.ts'

/** Why a query failed, in Athena's words: `HIVE_BAD_DATA: Malformed Parquet file … s3://b/k`. */
export function failed(name: string, message: string): LakeError {
  return QueryErrors.ExecutionFailed(`${name}: ${message}`, { athenaName: name })
}
