import { raiseMark } from '#consumption/sql'
import type { LakeError } from '#kit'
import { functionMark } from '#processing/engine'
import type { TaskFile } from '#processing/iceberg'
import { failed } from './planning/failure.ts'
import { valueFailure } from './value-failure.ts'

/** The engine's failure in Athena's words, with objects named instead of local files. */
export function engineFailure(error: LakeError, files: readonly TaskFile[]): LakeError {
  switch (error.code) {
    case 'QueryFailed':
      break
    case 'ResourcesExhausted':
      return failed('EXCEEDED_MEMORY_LIMIT', 'Query exhausted resources at this scale factor')
    case 'QueryTimedOut':
      return failed('EXCEEDED_TIME_LIMIT', 'Query exceeded the maximum run time')
    case 'EngineBusy':
      return failed('CLUSTER_OUT_OF_MEMORY', 'Too many queries are waiting for the engine')
    case 'NoSuchBucket':
      return failed(
        'HIVE_METASTORE_ERROR',
        `${error.message} (Service: Amazon S3; Error Code: NoSuchBucket)`,
      )
    case 'AccessDenied':
      return failed(
        'PERMISSION_DENIED',
        `${error.message} (Service: Amazon S3; Error Code: AccessDenied)`,
      )
    case 'DataFileUnreadable':
    case 'ManifestUnreadable':
    case 'MetadataUnreadable':
      return failed('ICEBERG_BAD_DATA', error.message)
    case 'CommitConflict':
    case 'CommitFailed':
      return failed('ICEBERG_COMMIT_ERROR', `Failed to commit Iceberg update: ${error.message}`)
    case 'DataFileUnsupported':
    case 'WriteUnsupported':
    case 'UnsupportedFormat':
      return failed('NOT_SUPPORTED', error.message)
    default:
      return error
  }
  if (error.details['crashed']) return failed('GENERIC_INTERNAL_ERROR', error.message)
  const reason = String(error.details['reason'] ?? error.message)
  if (/^(ENOSPC|EDQUOT): |^IO Error: [\s\S]*(No space left|quota exceeded)/i.test(reason)) {
    return failed('GENERIC_INTERNAL_ERROR', 'the disk of the server is full')
  }
  const mark = [raiseMark, functionMark].find((each) => reason.includes(each))
  if (mark) {
    const said = reason.slice(reason.indexOf(mark) + mark.length)
    // A cast's failure, or that of an unknown time zone: see `raiseSql`.
    const text = mark === raiseMark ? said.replace(/'( to INT32|!\n)[\s\S]*$/, '') : said
    const [, name, message] = /^([A-Z_]+): ([\s\S]*)$/.exec(text) ?? [
      undefined,
      'GENERIC_USER_ERROR',
      text,
    ]
    return failed(name!, message!)
  }
  const ofValue = valueFailure(reason)
  if (ofValue) return failed(ofValue.name, ofValue.message)
  if (/Cannot perform non-inner join on subquery/.test(reason)) {
    return failed('NOT_SUPPORTED', 'a subquery in the condition of an outer join is not supported')
  }
  const named = withObjects(reason, files)
  const [first = ''] = named.split(/\n\s*\n|\nLINE \d/)
  // Columns have names of ours in the engine.
  const told = first.replace(/ when casting from source column c\d+/, '').trim()
  return failed(nameOf(first, named !== reason), told)
}

/** Replaces the paths of a task's files by the objects they are. */
function withObjects(text: string, files: readonly TaskFile[]): string {
  const uris = new Map(files.map((file) => [file.name, file.uri]))
  return text.replaceAll(
    /\/[^\s"']*\/in\/([^\s"',:]+)/g,
    (path, name: string) => uris.get(name) ?? path,
  )
}

/** Athena's name for a failure of the engine, by the kind the engine gives it. */
function nameOf(reason: string, namesFile: boolean): string {
  if (/No magic bytes|too small to be a Parquet|thrift|Failed to read Parquet/i.test(reason)) {
    return 'HIVE_BAD_DATA'
  }
  if (/^Cannot read |Malformed JSON|JSON transform error|CSV Error|Invalid unicode/i.test(reason))
    return 'HIVE_BAD_DATA'
  if (namesFile) return 'HIVE_CURSOR_ERROR'
  if (/must appear in the GROUP BY|GROUP BY clause/i.test(reason)) return 'EXPRESSION_NOT_AGGREGATE'
  if (reason.startsWith('Out of Range Error')) return 'NUMERIC_VALUE_OUT_OF_RANGE'
  if (reason.startsWith('Conversion Error')) return 'INVALID_CAST_ARGUMENT'
  if (/^(Binder|Catalog|Parser|Not implemented) Error/.test(reason)) return 'NOT_SUPPORTED'
  if (reason.startsWith('Invalid Input Error')) return 'INVALID_FUNCTION_ARGUMENT'
  return 'GENERIC_INTERNAL_ERROR'
}
